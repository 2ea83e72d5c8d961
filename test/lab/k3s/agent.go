package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
)

// agent is one running `k3s agent`, or the agent inside a server.
type agent struct {
	*nodeSettings
	supervisorURL string
	apiURL        string
	token         string
	isServer      bool
	// apiReady is closed when the API server of this machine is up; nil on agents, which ask through the load balancer.
	apiReady <-chan struct{}
	balancer *balancer
	access   *access
}

func runAgentCommand(args []string) error {
	if err := unpackAndExec(rootOf(args)); err != nil {
		return err
	}
	hideArguments(2)
	full, err := withConfigFile(args, nil)
	if err != nil {
		logrus.Fatal(err)
	}
	opts, err := parseOptions("agent", full)
	if err != nil {
		printHelp("agent", err)
		return err
	}
	if err := applyLogOptions(opts); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if os.Geteuid() != 0 {
		return errors.New("agent requires additional privilege if not run with --rootless")
	}
	node, err := newNodeSettings(ctx, opts, append([]string{"agent"}, full...))
	if err != nil {
		return err
	}
	certFile, keyFile := node.paths.agent("client-kubelet.crt"), node.paths.agent("client-kubelet.key")
	if _, err := tls.LoadX509KeyPair(certFile, keyFile); err != nil && node.token == "" {
		return errors.New("--token is required")
	}
	if node.serverURL == "" {
		return errors.New("--server is required")
	}
	logrus.Infof("Starting k3s agent %s (standin)", version())
	a := &agent{nodeSettings: node, token: node.token}
	if err := a.prepare(); err != nil {
		return err
	}
	if err := a.startBalancer(ctx); err != nil {
		return err
	}
	a.run(ctx)
	<-ctx.Done()
	return nil
}

func (a *agent) prepare() error {
	if err := os.MkdirAll(a.paths.agent("images"), 0700); err != nil {
		return err
	}
	if err := os.Chmod(a.paths.agent(), 0700); err != nil {
		return err
	}
	return checkLabels(a.labels)
}

func (a *agent) startBalancer(ctx context.Context) error {
	address, err := url.Parse(a.serverURL)
	if err != nil {
		return err
	}
	if address.Scheme != "https" {
		return errors.New("only https:// URLs are supported, invalid scheme: " + a.serverURL)
	}
	host := address.Host
	if address.Port() == "" {
		host += ":443"
	}
	port := a.opts.number("lb-server-port")
	a.balancer = newBalancer(host, a.paths.agent("etc", "k3s-agent-load-balancer.json"))
	if err := a.balancer.listen(ctx, port); err != nil {
		return err
	}
	logrus.Infof("Running load balancer k3s-agent-load-balancer 127.0.0.1:%d -> %v [default: %s]", port, a.balancer.list(), host)
	a.supervisorURL = fmt.Sprintf("https://127.0.0.1:%d", port)
	a.apiURL = a.supervisorURL
	return nil
}

// run goes through the steps of an agent. It never gives up: a wrong token, a wrong CA hash and an unreachable server all wait here.
func (a *agent) run(ctx context.Context) {
	a.importImages()
	if !a.connect(ctx) || !a.configure(ctx) {
		return
	}
	if a.balancer != nil {
		a.learnServers()
		go a.followServers(ctx)
	}
	if !a.waitForAPI(ctx) {
		return
	}
	if !a.isServer {
		logrus.Info("k3s agent is up and running")
		notifySystemd("READY=1\n")
	}
	kubelet, err := newKubelet(a)
	if err != nil {
		logrus.Fatalf("Error: failed to start kubelet: %v", err)
	}
	kubelet.run(ctx)
}

func (a *agent) importImages() {
	entries, _ := os.ReadDir(a.paths.agent("images"))
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		logrus.Infof("Importing images from %s", a.paths.agent("images", name))
	}
}

func (a *agent) connect(ctx context.Context) bool {
	for {
		found, err := newAccess(a.supervisorURL, a.token, asUser("node"), withClientCert(a.paths.agent("client-kubelet.crt"), a.paths.agent("client-kubelet.key")))
		if err == nil {
			a.access = found
			return true
		}
		shown := a.serverURL
		if a.isServer {
			shown = a.supervisorURL
		}
		logrus.Errorf("Failed to validate connection to cluster at %s: %v", shown, err)
		if !sleep(ctx, 2*time.Second) {
			return false
		}
	}
}

func (a *agent) configure(ctx context.Context) bool {
	for {
		err := a.fetchConfiguration()
		if err == nil {
			return true
		}
		logrus.Infof("Waiting to retrieve agent configuration; server is not ready: %v", err)
		pause := 5*time.Second + mathrand.N(5*time.Second)
		if a.isServer {
			pause = time.Second
		}
		if !sleep(ctx, pause) {
			return false
		}
	}
}

func (a *agent) fetchConfiguration() error {
	text, err := a.access.get("/v1-k3s/config")
	if err != nil {
		return fmt.Errorf("failed to retrieve configuration from server: %w", err)
	}
	var config clusterConfig
	if err := json.Unmarshal(text, &config); err != nil {
		return err
	}
	for _, name := range []string{"client-ca.crt", "server-ca.crt"} {
		data, err := a.access.get("/v1-k3s/" + name)
		if err != nil {
			return err
		}
		if err := writeFile(a.paths.agent(name), data, 0600); err != nil {
			return err
		}
	}
	for _, name := range []string{"serving-kubelet", "client-kubelet"} {
		if err := a.fetchCert(name); err != nil {
			return fmt.Errorf("%s: %w", a.paths.agent(name+".crt"), err)
		}
	}
	text2 := fileKubeconfig(a.apiURL, a.paths.agent("server-ca.crt"), a.paths.agent("client-kubelet.crt"), a.paths.agent("client-kubelet.key"))
	return writeFile(a.paths.agent("kubelet.kubeconfig"), []byte(text2), 0600)
}

func (a *agent) fetchCert(name string) error {
	keyFile := a.paths.agent(name + ".key")
	key, err := loadKey(keyFile)
	if err != nil {
		made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		if err := writeKey(keyFile, made); err != nil {
			return err
		}
		key = made
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: a.name}}, key)
	if err != nil {
		return err
	}
	chain, err := a.requestCert("/v1-k3s/"+name+".crt", csr, a.access.cert)
	var refused *httpError
	if errors.As(err, &refused) && refused.code == http.StatusUnauthorized && a.access.cert != nil {
		logrus.Info("Node authorization rejected, retrying without client certificate authentication")
		chain, err = a.requestCert("/v1-k3s/"+name+".crt", csr, nil)
	}
	if errors.As(err, &refused) && refused.code == http.StatusForbidden {
		return fmt.Errorf("Node password rejected, duplicate hostname or contents of '%s' may not match server node-passwd entry, try enabling a unique node name with the --with-node-id flag", nodePasswordFile)
	}
	if err != nil {
		return err
	}
	return writeFile(a.paths.agent(name+".crt"), chain, 0600)
}

func (a *agent) requestCert(path string, csr []byte, cert *tls.Certificate) ([]byte, error) {
	password, err := ensureNodePassword()
	if err != nil {
		return nil, err
	}
	var ips []string
	for _, ip := range a.ips {
		ips = append(ips, ip.String())
	}
	return request(clientFor(a.access.ca, cert), http.MethodPost, a.access.base+path, bytes.Clone(csr), func(req *http.Request) {
		a.access.authorize(req)
		req.Header.Set("K3s-Node-Name", a.name)
		req.Header.Set("K3s-Node-Password", password)
		req.Header.Set("K3s-Node-Ip", strings.Join(ips, ","))
	})
}

// learnServers tells the load balancer about all servers, so that the one named in the options may go.
func (a *agent) learnServers() {
	text, err := a.access.get("/v1-k3s/apiservers")
	if err != nil {
		logrus.Debugf("Failed to retrieve list of apiservers from server: %v", err)
		return
	}
	var addresses []string
	if json.Unmarshal(text, &addresses) == nil && len(addresses) > 0 {
		a.balancer.update(addresses)
	}
}

func (a *agent) followServers(ctx context.Context) {
	for sleep(ctx, 5*time.Second) {
		a.learnServers()
	}
}

func (a *agent) waitForAPI(ctx context.Context) bool {
	if a.apiReady != nil {
		select {
		case <-ctx.Done():
			return false
		case <-a.apiReady:
			return true
		}
	}
	for {
		_, err := a.access.get("/v1-k3s/readyz")
		if err == nil {
			return true
		}
		logrus.Infof("Waiting for API server to become available: %v", err)
		if !sleep(ctx, time.Second) {
			return false
		}
	}
}

func (p dataPaths) shim() string {
	return filepath.Join(p.root, "data", "current", "bin", "containerd-shim-runc-v2")
}
