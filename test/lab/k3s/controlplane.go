package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sort"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
)

// Controllers that scenarios need; the others only cost memory on a small machine.
var runControllers = []string{
	"namespace-controller", "garbage-collector-controller", "node-lifecycle-controller", "node-ipam-controller", "taint-eviction-controller",
	"pod-garbage-collector-controller", "disruption-controller", "deployment-controller", "replicaset-controller", "daemonset-controller",
	"statefulset-controller", "job-controller", "cronjob-controller", "ttl-after-finished-controller", "endpointslice-controller",
	"endpoints-controller", "serviceaccount-controller", "serviceaccount-token-controller", "root-ca-certificate-publisher-controller",
	"resourcequota-controller", "token-cleaner-controller", "clusterrole-aggregation-controller", "persistentvolume-binder-controller",
	"persistentvolumeclaim-protection-controller", "persistentvolume-protection-controller", "service-cidr-controller",
}

// argMap becomes `--key=value` arguments; what the user gives as `*-arg` replaces or, for a trailing `+`-less repeat, adds.
type argMap map[string]string

// build puts the user's arguments in place of the same ones of K3s, and keeps repeated ones.
func (a argMap) build(extra []string) []string {
	given := map[string]bool{}
	var args []string
	for _, arg := range extra {
		arg = strings.TrimLeft(arg, "-")
		name, _, _ := strings.Cut(arg, "=")
		given[strings.TrimSuffix(name, "+")] = true
		args = append(args, "--"+arg)
	}
	var own []string
	for name, value := range a {
		if !given[name] {
			own = append(own, "--"+name+"="+value)
		}
	}
	sort.Strings(own)
	return append(own, args...)
}

func joinNets(networks []*net.IPNet) string {
	var texts []string
	for _, network := range networks {
		texts = append(texts, network.String())
	}
	return strings.Join(texts, ",")
}

func (s *server) apiserverArgs() []string {
	tls := s.paths.tls
	issuer := "https://kubernetes.default.svc." + s.opts.text("cluster-domain")
	args := argMap{
		"advertise-address": s.advertiseIP, "allow-privileged": "true", "anonymous-auth": "false", "api-audiences": issuer + ",k3s",
		"authorization-mode": "Node,RBAC", "bind-address": "127.0.0.1", "cert-dir": s.paths.server("tls", "temporary-certs"),
		"client-ca-file": tls("client-ca.crt"), "enable-admission-plugins": "NodeRestriction", "enable-bootstrap-token-auth": "true",
		"enable-aggregator-routing": "true", "etcd-servers": strings.Join(s.store.urls, ","), "storage-backend": "etcd3",
		"kubelet-certificate-authority": tls("server-ca.crt"), "kubelet-client-certificate": tls("client-kube-apiserver.crt"),
		"kubelet-client-key": tls("client-kube-apiserver.key"), "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
		"profiling": "false", "proxy-client-cert-file": tls("client-auth-proxy.crt"), "proxy-client-key-file": tls("client-auth-proxy.key"),
		"requestheader-allowed-names": proxyUser, "requestheader-client-ca-file": tls("request-header-ca.crt"),
		"requestheader-extra-headers-prefix": "X-Remote-Extra-", "requestheader-group-headers": "X-Remote-Group", "requestheader-username-headers": "X-Remote-User",
		"secure-port": fmt.Sprint(s.apiserverPort), "service-account-issuer": issuer, "service-account-key-file": tls("service.key"),
		"service-account-signing-key-file": tls("service.current.key"), "service-cluster-ip-range": joinNets(s.serviceCIDRs),
		"service-node-port-range": s.opts.text("service-node-port-range"), "tls-cert-file": tls("serving-kube-apiserver.crt"),
		"tls-private-key-file": tls("serving-kube-apiserver.key"), "shutdown-delay-duration": "0s",
		"v": s.opts.text("v"),
	}
	if s.store.ca != "" {
		args["etcd-cafile"] = s.store.ca
	}
	if s.store.cert != "" {
		args["etcd-certfile"], args["etcd-keyfile"] = s.store.cert, s.store.key
	}
	if exists(s.paths.cred("encryption-config.json")) {
		args["encryption-provider-config"] = s.paths.cred("encryption-config.json")
		args["encryption-provider-config-automatic-reload"] = "true"
	}
	return args.build(s.opts.list("kube-apiserver-arg"))
}

func (s *server) controllerManagerArgs() []string {
	tls := s.paths.tls
	kubeconfig := s.paths.cred("controller.kubeconfig")
	args := argMap{
		"allocate-node-cidrs": "true", "authentication-kubeconfig": kubeconfig, "authorization-kubeconfig": kubeconfig, "bind-address": "127.0.0.1",
		"cluster-cidr": joinNets(s.clusterCIDRs), "configure-cloud-routes": "false", "controllers": strings.Join(runControllers, ","),
		"kubeconfig": kubeconfig, "profiling": "false", "root-ca-file": tls("server-ca.crt"), "secure-port": "10257",
		"service-account-private-key-file": tls("service.current.key"), "service-cluster-ip-range": joinNets(s.serviceCIDRs),
		"tls-cert-file": tls("kube-controller-manager/kube-controller-manager.crt"), "tls-private-key-file": tls("kube-controller-manager/kube-controller-manager.key"),
		"use-service-account-credentials": "true", "v": s.opts.text("v"),
		// K3s has 40s and 5s; tests wait for nodes to become NotReady.
		"node-monitor-grace-period": "16s", "node-monitor-period": "2s",
		"kube-api-qps": "100", "kube-api-burst": "200",
	}
	s.addLeaderElection(args)
	return args.build(s.opts.list("kube-controller-manager-arg"))
}

func (s *server) schedulerArgs() []string {
	kubeconfig := s.paths.cred("scheduler.kubeconfig")
	args := argMap{
		"authentication-kubeconfig": kubeconfig, "authorization-kubeconfig": kubeconfig, "bind-address": "127.0.0.1", "kubeconfig": kubeconfig,
		"profiling": "false", "secure-port": "10259", "tls-cert-file": s.paths.tls("kube-scheduler/kube-scheduler.crt"),
		"tls-private-key-file": s.paths.tls("kube-scheduler/kube-scheduler.key"), "v": s.opts.text("v"),
	}
	s.addLeaderElection(args)
	return args.build(s.opts.list("kube-scheduler-arg"))
}

// addLeaderElection leaves it out where only one server can exist, as K3s does, and is quicker than K3s where there can be several.
func (s *server) addLeaderElection(args argMap) {
	if !s.store.severalAPIServers {
		args["leader-elect"] = "false"
		return
	}
	args["leader-elect-lease-duration"], args["leader-elect-renew-deadline"], args["leader-elect-retry-period"] = "8s", "6s", "1s"
}

// startControlPlane returns when the API is ready.
func (s *server) startControlPlane(ctx context.Context) error {
	failed := make(chan error, 1)
	exited := func(err error) {
		select {
		case failed <- err:
		default:
		}
		fatalOn(shutdownRequest{err})
	}
	startComponent(ctx, "kube-apiserver", s.apiserverArgs(), exited)
	logrus.Info("Waiting for API server to become available")
	if err := s.waitForAPI(ctx, failed); err != nil {
		return err
	}
	if err := s.connect(); err != nil {
		return err
	}
	keepComponent(ctx, "kube-controller-manager", s.controllerManagerArgs(), exited)
	if !s.opts.flag("disable-scheduler") {
		keepComponent(ctx, "kube-scheduler", s.schedulerArgs(), exited)
	}
	return nil
}

func (s *server) waitForAPI(ctx context.Context, failed <-chan error) error {
	roots, err := certPool(s.paths.tls("server-ca.crt"))
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(s.paths.tls("client-supervisor.crt"), s.paths.tls("client-supervisor.key"))
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}}}
	for {
		resp, err := client.Get(fmt.Sprintf("https://127.0.0.1:%d/readyz", s.apiserverPort))
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(150 * time.Millisecond):
		}
	}
}
