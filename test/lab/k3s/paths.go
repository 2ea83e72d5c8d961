package main

import "path/filepath"

const (
	globalKubeconfig = "/etc/rancher/k3s/k3s.yaml"
	nodePasswordFile = "/etc/rancher/node/password"
	defaultDataDir   = "/var/lib/rancher/k3s"
)

// dataPaths are the places of K3s's files below its data directory.
type dataPaths struct{ root string }

func (p dataPaths) server(parts ...string) string {
	return filepath.Join(append([]string{p.root, "server"}, parts...)...)
}

func (p dataPaths) agent(parts ...string) string {
	return filepath.Join(append([]string{p.root, "agent"}, parts...)...)
}

func (p dataPaths) tls(name string) string     { return p.server("tls", name) }
func (p dataPaths) etcdTLS(name string) string { return p.server("tls", "etcd", name) }
func (p dataPaths) cred(name string) string    { return p.server("cred", name) }
func (p dataPaths) db(parts ...string) string {
	return p.server(append([]string{"db"}, parts...)...)
}

// bootstrapFiles are what servers share: K3s's names in the bootstrap data, and the files they stand for.
func (p dataPaths) bootstrapFiles() map[string]string {
	return map[string]string{
		"ServerCA":           p.tls("server-ca.crt"),
		"ServerCAKey":        p.tls("server-ca.key"),
		"ClientCA":           p.tls("client-ca.crt"),
		"ClientCAKey":        p.tls("client-ca.key"),
		"RequestHeaderCA":    p.tls("request-header-ca.crt"),
		"RequestHeaderCAKey": p.tls("request-header-ca.key"),
		"ServiceKey":         p.tls("service.key"),
		"ETCDServerCA":       p.etcdTLS("server-ca.crt"),
		"ETCDServerCAKey":    p.etcdTLS("server-ca.key"),
		"ETCDPeerCA":         p.etcdTLS("peer-ca.crt"),
		"ETCDPeerCAKey":      p.etcdTLS("peer-ca.key"),
		"PasswdFile":         p.cred("passwd"),
		"IPSECKey":           p.cred("ipsec.psk"),
		"EncryptionConfig":   p.cred("encryption-config.json"),
		"EncryptionHash":     p.cred("encryption-state.json"),
	}
}
