package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/sets"
)

// nodeSettings are what servers and agents have in common.
type nodeSettings struct {
	opts  *parsedOptions
	args  []string
	paths dataPaths
	// token may come out of token-file.
	token       string
	serverURL   string
	name        string
	ips         []net.IP
	externalIPs []string
	labels      []string
	taints      []string
}

func newNodeSettings(ctx context.Context, opts *parsedOptions, args []string) (*nodeSettings, error) {
	node := &nodeSettings{opts: opts, args: args, serverURL: opts.text("server"), token: opts.text("token")}
	root := opts.text("data-dir")
	if root == "" {
		root = defaultDataDir
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	node.paths = dataPaths{absolute}
	if file := opts.text("token-file"); file != "" {
		if node.token, err = readTokenFile(ctx, file); err != nil {
			return nil, err
		}
	}
	node.externalIPs = opts.split("node-external-ip")
	node.labels = opts.list("node-label")
	node.taints = opts.list("node-taint")
	return node, node.findIdentity()
}

func (n *nodeSettings) findIdentity() error {
	n.name = n.opts.text("node-name")
	if n.name == "" {
		host, err := os.Hostname()
		if err != nil {
			return err
		}
		n.name = host
	}
	n.name = strings.ToLower(n.name)
	if n.opts.flag("with-node-id") {
		id, err := ensureNodeID("/etc/rancher/node/id")
		if err != nil {
			return err
		}
		n.name += "-" + id
	}
	for _, text := range n.opts.split("node-ip") {
		ip := net.ParseIP(text)
		if ip == nil {
			return fmt.Errorf("failed to get node name and addresses: invalid ip format %q", text)
		}
		n.ips = append(n.ips, ip)
	}
	if iface := n.opts.text("flannel-iface"); iface != "" && len(n.ips) == 0 {
		ip, err := addressOf(iface)
		if err != nil {
			return err
		}
		n.ips = []net.IP{ip}
	}
	if len(n.ips) == 0 {
		ip, err := utilnet.ChooseHostInterface()
		if err != nil {
			return fmt.Errorf("failed to get node name and addresses: %w", err)
		}
		n.ips = []net.IP{ip}
	}
	return nil
}

func addressOf(iface string) (net.IP, error) {
	link, err := net.InterfaceByName(iface)
	if err != nil {
		return nil, err
	}
	addresses, err := link.Addrs()
	if err != nil {
		return nil, err
	}
	for _, address := range addresses {
		if ip, _, err := net.ParseCIDR(address.String()); err == nil && ip.To4() != nil {
			return ip, nil
		}
	}
	return nil, fmt.Errorf("can't find ip for interface %s", iface)
}

func ensureNodeID(path string) (string, error) {
	if data, err := os.ReadFile(path); err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	id := randomHex(4)
	return id, writeFile(path, []byte(id+"\n"), 0644)
}

// ensureNodePassword makes the file that ties a node's name to this machine; k3s-uninstall.sh leaves it.
func ensureNodePassword() (string, error) {
	if data, err := os.ReadFile(nodePasswordFile); err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if err := os.MkdirAll(filepath.Dir(nodePasswordFile), 0755); err != nil {
		return "", err
	}
	password := randomHex(16)
	return password, writeFile(nodePasswordFile, []byte(password+"\n"), 0600)
}

func (n *nodeSettings) ip() string { return n.ips[0].String() }

// Labels a kubelet may give its own node within the namespaces of Kubernetes.
var (
	ownLabels        = sets.New("beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type", "beta.kubernetes.io/os", "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os", "node.kubernetes.io/instance-type", "topology.kubernetes.io/region", "topology.kubernetes.io/zone")
	ownLabelPrefixes = []string{"kubelet.kubernetes.io", "node.kubernetes.io"}
)

// checkLabels refuses what the kubelet refuses.
func checkLabels(labels []string) error {
	var unknown []string
	for _, label := range labels {
		key, _, _ := strings.Cut(label, "=")
		namespace, _, hasNamespace := strings.Cut(key, "/")
		if !hasNamespace || !inKubernetesNamespace(namespace) || ownLabels.Has(key) {
			continue
		}
		allowed := false
		for _, prefix := range ownLabelPrefixes {
			allowed = allowed || namespace == prefix || strings.HasSuffix(namespace, "."+prefix)
		}
		if !allowed {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("failed to validate kubelet flags: unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: %v\n"+
		"--node-labels in the 'kubernetes.io' namespace must begin with an allowed prefix (%s) or be in the specifically allowed set (%s)",
		unknown, strings.Join(ownLabelPrefixes, ", "), strings.Join(sets.List(ownLabels), ", "))
}

func inKubernetesNamespace(namespace string) bool {
	for _, domain := range []string{"kubernetes.io", "k8s.io"} {
		if namespace == domain || strings.HasSuffix(namespace, "."+domain) {
			return true
		}
	}
	return false
}

var secretArgs = sets.New("--token", "-t", "--agent-token", "--datastore-endpoint", "--etcd-s3-access-key", "--etcd-s3-secret-key", "--etcd-s3-session-token", "--vpn-auth",
	"K3S_TOKEN", "K3S_DATASTORE_ENDPOINT", "K3S_AGENT_TOKEN", "K3S_CLUSTER_SECRET", "K3S_VPN_AUTH")

// maskedArgs is what K3s writes into k3s.io/node-args: secrets are replaced.
func maskedArgs(args []string) []string {
	parts := splitArgs(args)
	for i := range parts {
		if i > 0 && secretArgs.Has(parts[i-1]) {
			parts[i] = "********"
		}
	}
	return parts
}

func maskedEnv() map[string]string {
	env := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "K3S_") {
			continue
		}
		if secretArgs.Has(name) {
			value = "********"
		}
		env[name] = value
	}
	return env
}
