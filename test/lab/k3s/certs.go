package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const proxyUser = "system:auth-proxy"

// ensureAuthorities makes what bootstrap data did not bring: the authorities of a new cluster.
func (s *serverSettings) ensureAuthorities() error {
	for _, dir := range []string{s.paths.server("tls", "etcd"), s.paths.server("cred"), s.paths.server("etc")} {
		if err := os.MkdirAll(dir, 0700); err != nil {
			return err
		}
	}
	for _, ca := range []struct{ name, file string }{
		{"k3s-client-ca", s.paths.tls("client-ca")},
		{"k3s-server-ca", s.paths.tls("server-ca")},
		{"k3s-request-header-ca", s.paths.tls("request-header-ca")},
		{"etcd-server-ca", s.paths.etcdTLS("server-ca")},
		{"etcd-peer-ca", s.paths.etcdTLS("peer-ca")},
	} {
		if err := ensureCA(ca.name, ca.file+".crt", ca.file+".key"); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{"client-ca.crt": "client-ca.nochain.crt", "server-ca.crt": "server-ca.nochain.crt"} {
		if err := copyFile(s.paths.tls(from), s.paths.tls(to), 0644); err != nil {
			return err
		}
	}
	if err := ensureServiceKey(s.paths.tls("service.key")); err != nil {
		return err
	}
	if err := copyFile(s.paths.tls("service.key"), s.paths.tls("service.current.key"), 0600); err != nil {
		return err
	}
	if psk := s.paths.cred("ipsec.psk"); !exists(psk) {
		return writeFile(psk, []byte(randomHex(48)), 0600)
	}
	return nil
}

func copyFile(from, to string, mode os.FileMode) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeFile(to, data, mode)
}

type leaf struct {
	ca, file string
	req      certRequest
}

// leaves are the certificates of this server, named and placed as in K3s.
func (s *serverSettings) leaves() []leaf {
	dns, ips := splitSANs(s.sans)
	tls, etcd := s.paths.tls, s.paths.etcdTLS
	client := func(file, name string, groups ...string) leaf {
		return leaf{tls("client-ca"), tls(file), certRequest{name: name, groups: groups, usages: clientUse}}
	}
	return []leaf{
		client("client-admin", "system:admin", "system:masters"),
		client("client-supervisor", "system:k3s-supervisor", "system:masters"),
		client("client-controller", "system:kube-controller-manager"),
		client("client-scheduler", "system:kube-scheduler"),
		client("client-kube-apiserver", "system:apiserver", "system:masters"),
		client("client-kube-proxy", "system:kube-proxy"),
		client("client-k3s-controller", "system:k3s-controller"),
		client("client-k3s-cloud-controller", "k3s-cloud-controller-manager"),
		{tls("server-ca"), tls("serving-kube-apiserver"), certRequest{name: "kube-apiserver", usages: serverUse, dns: dns, ips: ips}},
		{tls("server-ca"), tls("kube-scheduler/kube-scheduler"), certRequest{name: "kube-scheduler", usages: serverUse, dns: []string{"localhost"}, ips: loopback()}},
		{tls("server-ca"), tls("kube-controller-manager/kube-controller-manager"), certRequest{name: "kube-controller-manager", usages: serverUse, dns: []string{"localhost"}, ips: loopback()}},
		{tls("request-header-ca"), tls("client-auth-proxy"), certRequest{name: proxyUser, usages: clientUse}},
		{etcd("server-ca"), etcd("client"), certRequest{name: "etcd-client", usages: clientUse}},
		{etcd("server-ca"), etcd("server-client"), certRequest{name: "etcd-server", usages: bothUses, dns: dns, ips: ips}},
		{etcd("peer-ca"), etcd("peer-server-client"), certRequest{name: "etcd-peer", usages: bothUses, dns: dns, ips: ips}},
	}
}

func loopback() []net.IP { return []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP("::1")} }

func splitSANs(names []string) (dns []string, ips []net.IP) {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		if ip := net.ParseIP(name); ip != nil {
			ips = append(ips, ip)
		} else {
			dns = append(dns, name)
		}
	}
	return dns, ips
}

func (s *serverSettings) ensureLeaves() error {
	authorities := map[string]*authority{}
	for _, leaf := range s.leaves() {
		ca := authorities[leaf.ca]
		if ca == nil {
			loaded, err := loadCA(leaf.ca+".crt", leaf.ca+".key")
			if err != nil {
				return err
			}
			authorities[leaf.ca], ca = loaded, loaded
		}
		if err := ensureCert(ca, leaf.req, leaf.file+".crt", leaf.file+".key"); err != nil {
			return fmt.Errorf("%s: %w", leaf.file, err)
		}
	}
	return s.writeComponentKubeconfigs()
}

func (s *serverSettings) writeComponentKubeconfigs() error {
	address := fmt.Sprintf("https://127.0.0.1:%d", s.apiserverPort)
	for file, cert := range map[string]string{
		"admin": "client-admin", "supervisor": "client-supervisor", "controller": "client-controller", "scheduler": "client-scheduler",
		"cloud-controller": "client-k3s-cloud-controller", "api-server": "client-kube-apiserver",
	} {
		text := fileKubeconfig(address, s.paths.tls("server-ca.crt"), s.paths.tls(cert+".crt"), s.paths.tls(cert+".key"))
		if err := writeFile(s.paths.cred(file+".kubeconfig"), []byte(text), 0600); err != nil {
			return err
		}
	}
	return nil
}

// ensureDynamicCert makes the certificate of the listener on 6443; it lies in a file of the form of a Secret, as with K3s.
func (s *serverSettings) ensureDynamicCert() (cert, key []byte, err error) {
	file, trigger := s.paths.tls("dynamic-cert.json"), s.paths.tls("dynamic-cert-regenerate")
	ca, err := loadCA(s.paths.tls("server-ca.crt"), s.paths.tls("server-ca.key"))
	if err != nil {
		return nil, nil, err
	}
	dns, ips := splitSANs(s.sans)
	req := certRequest{name: "k3s", groups: []string{"k3s"}, usages: serverUse, dns: dns, ips: ips}
	var secret corev1.Secret
	if data, err := os.ReadFile(file); err == nil && !exists(trigger) && json.Unmarshal(data, &secret) == nil {
		temp := filepath.Join(os.TempDir(), "k3s-standin-"+randomHex(8)+".crt")
		defer os.Remove(temp)
		if os.WriteFile(temp, secret.Data[corev1.TLSCertKey], 0600) == nil && certIsGood(ca, req, temp) {
			return secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey], nil
		}
	}
	_ = os.Remove(trigger)
	made := s.paths.tls("dynamic-new")
	defer func() { _ = os.Remove(made + ".crt"); _ = os.Remove(made + ".key") }()
	if err := ensureCert(ca, req, made+".crt", made+".key"); err != nil {
		return nil, nil, err
	}
	if cert, err = os.ReadFile(made + ".crt"); err != nil {
		return nil, nil, err
	}
	if key, err = os.ReadFile(made + ".key"); err != nil {
		return nil, nil, err
	}
	secret = corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "k3s-serving", Namespace: "kube-system"}, Type: corev1.SecretTypeTLS,
		Data: map[string][]byte{corev1.TLSCertKey: cert, corev1.TLSPrivateKeyKey: key}}
	data, err := json.Marshal(secret)
	if err != nil {
		return nil, nil, err
	}
	return cert, key, writeFile(file, data, 0600)
}

func fileKubeconfig(server, ca, cert, key string) string {
	return strings.NewReplacer("SERVER", server, "CA_FILE", ca, "CERT_FILE", cert, "KEY_FILE", key).Replace(`apiVersion: v1
clusters:
- cluster:
    server: SERVER
    certificate-authority: CA_FILE
  name: local
contexts:
- context:
    cluster: local
    namespace: default
    user: user
  name: Default
current-context: Default
kind: Config
preferences: {}
users:
- name: user
  user:
    client-certificate: CERT_FILE
    client-key: KEY_FILE
`)
}

func certPool(file string) (*x509.CertPool, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	return pool, nil
}
