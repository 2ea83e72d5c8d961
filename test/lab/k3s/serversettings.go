package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/component-base/cli/flag"
	netutils "k8s.io/utils/net"
)

type serverSettings struct {
	*nodeSettings
	agentToken    string
	clusterCIDRs  []*net.IPNet
	serviceCIDRs  []*net.IPNet
	clusterDNS    []net.IP
	advertiseIP   string
	sans          []string
	disables      sets.Set[string]
	httpsPort     int
	supervisor    int
	apiserverPort int
	encryption    bool
}

func newServerSettings(ctx context.Context, opts *parsedOptions, args []string) (*serverSettings, error) {
	node, err := newNodeSettings(ctx, opts, args)
	if err != nil {
		return nil, err
	}
	s := &serverSettings{nodeSettings: node, agentToken: opts.text("agent-token"), disables: sets.New(opts.split("disable")...), encryption: opts.flag("secrets-encryption")}
	if file := opts.text("agent-token-file"); file != "" {
		if s.agentToken, err = readTokenFile(ctx, file); err != nil {
			return nil, err
		}
	}
	if err := s.checkConflicts(); err != nil {
		return nil, err
	}
	s.setPorts()
	if err := s.setNetworks(); err != nil {
		return nil, err
	}
	s.setAddresses()
	if err := s.checkTLSOptions(); err != nil {
		return nil, err
	}
	return s, s.checkReset()
}

// checkConflicts refuses what K3s refuses, in its order and words.
func (s *serverSettings) checkConflicts() error {
	snapshots := !s.opts.flag("etcd-disable-snapshots") || s.opts.flag("cluster-reset")
	external := s.opts.text("datastore-endpoint") != ""
	switch {
	case snapshots && s.opts.isSet("etcd-snapshot-reconcile-interval") && s.opts.duration("etcd-snapshot-reconcile-interval") <= 0:
		return errors.New("etcd-snapshot-reconcile-interval must be greater than 0s")
	case snapshots && s.opts.flag("etcd-s3") && s.opts.isSet("etcd-s3-timeout") && s.opts.duration("etcd-s3-timeout") <= 0:
		return errors.New("etcd-s3-timeout must be greater than 0s")
	case s.opts.text("cluster-reset-restore-path") != "" && !s.opts.flag("cluster-reset"):
		return errors.New("invalid flag use; --cluster-reset required with --cluster-reset-restore-path")
	case s.opts.flag("disable-etcd") && s.serverURL == "":
		return errors.New("invalid flag use; --server is required with --disable-etcd")
	case external && s.opts.flag("disable-apiserver"):
		return errors.New("invalid flag use; cannot use --disable-apiserver with --datastore-endpoint")
	case external && s.opts.flag("disable-etcd"):
		return errors.New("invalid flag use; cannot use --disable-etcd with --datastore-endpoint")
	case s.opts.flag("disable-etcd") || s.opts.flag("disable-apiserver"):
		return errors.New("stand-in: split roles (disable-etcd, disable-apiserver) are not available")
	}
	return nil
}

func (s *serverSettings) setPorts() {
	s.httpsPort = s.opts.number("https-listen-port")
	s.supervisor = s.opts.number("supervisor-port")
	if s.supervisor == 0 {
		s.supervisor = s.httpsPort
	}
	s.apiserverPort = s.opts.number("apiserver-port")
	if s.apiserverPort == 0 {
		s.apiserverPort = s.httpsPort + 1
	}
}

func (s *serverSettings) setNetworks() error {
	clusterDefault, serviceDefault := "10.42.0.0/16", "10.43.0.0/16"
	if s.ips[0].To4() == nil {
		clusterDefault, serviceDefault = "fd00:42::/56", "fd00:43::/112"
	}
	var err error
	if s.clusterCIDRs, err = parseCIDRs("cluster-cidr", s.opts.split("cluster-cidr"), clusterDefault); err != nil {
		return err
	}
	if s.serviceCIDRs, err = parseCIDRs("service-cidr", s.opts.split("service-cidr"), serviceDefault); err != nil {
		return err
	}
	ports := s.opts.text("service-node-port-range")
	if _, err := utilnet.ParsePortRange(ports); err != nil {
		return fmt.Errorf("invalid port range %s: %w", ports, err)
	}
	return s.setDNS()
}

func parseCIDRs(option string, texts []string, fallback string) ([]*net.IPNet, error) {
	if len(texts) == 0 {
		texts = []string{fallback}
	}
	var networks []*net.IPNet
	for _, text := range texts {
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			return nil, fmt.Errorf("invalid %s %s: %w", option, text, err)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func (s *serverSettings) setDNS() error {
	for _, text := range s.opts.split("cluster-dns") {
		ip := net.ParseIP(text)
		if ip == nil {
			return fmt.Errorf("invalid cluster-dns address %s", text)
		}
		s.clusterDNS = append(s.clusterDNS, ip)
	}
	if len(s.clusterDNS) == 0 {
		for _, network := range s.serviceCIDRs {
			ip, err := netutils.GetIndexedIP(network, 10)
			if err != nil {
				return fmt.Errorf("cannot configure default cluster-dns address: %w", err)
			}
			s.clusterDNS = append(s.clusterDNS, ip)
		}
	}
	switch mode := s.opts.text("egress-selector-mode"); mode {
	case "agent", "disabled", "cluster", "pod":
		return nil
	default:
		return fmt.Errorf("invalid egress-selector-mode %s", mode)
	}
}

func (s *serverSettings) setAddresses() {
	s.advertiseIP = s.opts.text("advertise-address")
	if s.advertiseIP == "" && len(s.externalIPs) > 0 {
		s.advertiseIP = s.externalIPs[0]
	}
	if s.advertiseIP == "" {
		s.advertiseIP = s.ip()
	}
	domain := s.opts.text("cluster-domain")
	s.sans = append(s.opts.split("tls-san"), "127.0.0.1", "::1", "localhost", s.name, s.advertiseIP)
	s.sans = append(s.sans, s.externalIPs...)
	for _, ip := range s.ips {
		s.sans = append(s.sans, ip.String())
	}
	if short, _, dotted := strings.Cut(s.name, "."); dotted {
		s.sans = append(s.sans, short)
	}
	if ip, err := netutils.GetIndexedIP(s.serviceCIDRs[0], 1); err == nil {
		s.sans = append(s.sans, ip.String())
	}
	s.sans = append(s.sans, "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc."+domain)
}

// checkTLSOptions reads two arguments of kube-apiserver that K3s uses itself.
func (s *serverSettings) checkTLSOptions() error {
	for _, arg := range s.opts.list("kube-apiserver-arg") {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "tls-min-version":
			if _, err := flag.TLSVersion(value); err != nil {
				return fmt.Errorf("invalid tls-min-version: %w", err)
			}
		case "tls-cipher-suites":
			if _, err := flag.TLSCipherSuites(strings.Split(value, ",")); err != nil {
				return fmt.Errorf("invalid tls-cipher-suites: %w", err)
			}
		}
	}
	return nil
}

func (s *serverSettings) checkReset() error {
	if !s.opts.flag("cluster-reset") {
		return nil
	}
	if s.serverURL != "" {
		return errors.New("cannot perform cluster-reset while server URL is set - remove server from configuration before resetting")
	}
	if s.opts.text("cluster-reset-restore-path") != "" && s.token == "" {
		file := s.paths.server("token")
		if _, err := os.Stat(file); os.IsNotExist(err) {
			return errors.New(file + " does not exist, please pass --token to complete the restoration")
		}
	}
	return nil
}

// criticalArgs are compared when a server joins; the keys are the names K3s warns with.
func (s *serverSettings) criticalArgs() map[string]string {
	text := func(name string) string { return s.opts.text(name) }
	on := func(name string) string { return fmt.Sprint(s.opts.flag(name)) }
	return map[string]string{
		"cluster-dns":                 fmt.Sprint(s.clusterDNS),
		"cluster-cidr":                fmt.Sprint(s.clusterCIDRs),
		"service-cidr":                fmt.Sprint(s.serviceCIDRs),
		"cluster-domain":              text("cluster-domain"),
		"disable-cloud-controller":    on("disable-cloud-controller"),
		"disable-helm-controller":     on("disable-helm-controller"),
		"disable-network-policy":      on("disable-network-policy"),
		"disable-service-lb":          fmt.Sprint(s.disables.Has("servicelb")),
		"secrets-encryption":          on("secrets-encryption"),
		"secrets-encryption-provider": text("secrets-encryption-provider"),
		"embedded-registry":           on("embedded-registry"),
		"flannel-backend":             text("flannel-backend"),
		"flannel-ipv6-masq":           on("flannel-ipv6-masq"),
		"flannel-external-ip":         on("flannel-external-ip"),
		"egress-selector-mode":        text("egress-selector-mode"),
		"supervisor-metrics":          on("supervisor-metrics"),
	}
}
