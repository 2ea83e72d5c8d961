package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// server is one running `k3s server`.
type server struct {
	*serverSettings
	ctx                context.Context
	store              *endpoint
	etcd               *etcdMember
	join               *access
	supervisorListener *supervisor
	proxy              *apiProxy
	clientset          atomic.Pointer[kubernetes.Clientset]
	restConfig         *rest.Config
	snapshots          *snapshotter
	agentPassword      string
}

// clients is nil until the API server answered for the first time.
func (s *server) clients() *kubernetes.Clientset { return s.clientset.Load() }

func (s *server) datastoreServes() bool { return s.etcd == nil || s.etcd.hasLeader() }

func runServerCommand(args []string) error {
	if err := unpackAndExec(rootOf(args)); err != nil {
		return err
	}
	hideArguments(2)
	known := knownNames(optionsFor("server"))
	full, err := withConfigFile(args, known)
	if err != nil {
		logrus.Fatal(err)
	}
	opts, err := parseOptions("server", full)
	if err != nil {
		printHelp("server", err)
		return err
	}
	if err := applyLogOptions(opts); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if os.Geteuid() != 0 {
		return errors.New("server requires additional privilege when not run with --rootless and/or --disable-agent")
	}
	settings, err := newServerSettings(ctx, opts, append([]string{"server"}, full...))
	if err != nil {
		return err
	}
	s := &server{serverSettings: settings, ctx: ctx}
	if opts.flag("cluster-reset") {
		return s.reset(ctx)
	}
	if opts.flag("etcd-disable-snapshots") {
		logrus.Info("ETCD snapshots are disabled")
	}
	logrus.Infof("Starting k3s %s (standin)", version())
	return s.run(ctx)
}

// rootOf finds data-dir before options are parsed, since K3s unpacks itself first of all.
func rootOf(args []string) string {
	fromFile, err := readConfig(configFileOf(args))
	if err != nil {
		logrus.Fatal(err)
	}
	root := os.Getenv("K3S_DATA_DIR")
	all := splitArgs(append(fromFile, args...))
	for i, arg := range all[:max(0, len(all)-1)] {
		if arg == "--data-dir" || arg == "-d" || arg == "-data-dir" {
			root = all[i+1]
		}
	}
	if root == "" {
		return defaultDataDir
	}
	return root
}

func (s *server) prepareDirs() error {
	for dir, mode := range map[string]os.FileMode{s.paths.server(): 0700, s.paths.agent(): 0700, filepath.Dir(globalKubeconfig): 0755} {
		if err := os.MkdirAll(dir, mode); err != nil {
			return err
		}
	}
	return os.Chdir(s.paths.server())
}

// prepare brings the files of the cluster to this server and opens the listener.
func (s *server) prepare(ctx context.Context) error {
	if err := s.prepareDirs(); err != nil {
		return err
	}
	if s.usesEtcd() {
		s.etcd = newEtcdMember(s.serverSettings)
		s.store = s.etcd.store
		if err := s.etcd.checkTombstone(); err != nil {
			return err
		}
	} else {
		store, err := startKine(ctx, s.serverSettings)
		if err != nil {
			return fmt.Errorf("failed to bootstrap cluster data: %w", err)
		}
		s.store = store
	}
	if err := s.bootstrap(ctx); err != nil {
		return fmt.Errorf("failed to bootstrap cluster data: %w", err)
	}
	if err := s.ensureSecrets(); err != nil {
		return fmt.Errorf("failed to generate server dependencies: %w", err)
	}
	if s.etcd != nil {
		if err := s.etcd.ensureName(false); err != nil {
			return err
		}
	}
	s.supervisorListener = &supervisor{server: s}
	if err := s.supervisorListener.listen(ctx); err != nil {
		return fmt.Errorf("failed to start supervisor listener: %w", err)
	}
	proxy, err := newAPIProxy(s)
	if err != nil {
		return err
	}
	s.proxy = proxy
	s.supervisorListener.open()
	return nil
}

func (s *server) run(ctx context.Context) error {
	if err := s.prepare(ctx); err != nil {
		return fmt.Errorf("preparing server: %w", err)
	}
	if err := s.writeTokens(); err != nil {
		return err
	}
	if err := s.writeAdminKubeconfig(); err != nil {
		return err
	}
	apiReady := make(chan struct{})
	if !s.opts.flag("disable-agent") {
		local := &agent{nodeSettings: s.nodeSettings, supervisorURL: fmt.Sprintf("https://127.0.0.1:%d", s.supervisor),
			token: s.agentPassword, apiURL: fmt.Sprintf("https://127.0.0.1:%d", s.apiserverPort), apiReady: apiReady, isServer: true}
		if err := local.prepare(); err != nil {
			return err
		}
		go local.run(ctx)
	}
	if s.etcd != nil {
		if err := s.etcd.start(ctx, s.join); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		defer s.etcd.stop()
		if err := s.etcd.waitReady(ctx); err != nil {
			return nil
		}
		logrus.Info("ETCD server is now running")
		if err := s.migrateFromSQLite(ctx); err != nil {
			return err
		}
		_ = os.Remove(s.resetFlag())
	}
	if err := s.saveBootstrap(ctx, false); err != nil {
		return fmt.Errorf("failed to save bootstrap data: %w", err)
	}
	if err := s.startControlPlane(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	close(apiReady)
	logrus.Info("Kube API server is now running")
	s.startControllers(ctx)
	logrus.Info("k3s is up and running")
	notifySystemd("READY=1\n")
	<-ctx.Done()
	return nil
}

// bootstrap loads what servers share, before anything is generated. See K3s's pkg/cluster/bootstrap.go for the order of these cases.
func (s *server) bootstrap(ctx context.Context) error {
	if s.etcd == nil {
		return s.bootstrapFromStore(ctx)
	}
	known := withKnownCA(s.paths.tls("server-ca.crt"))
	if s.etcdInitialized() {
		logrus.Info("Managed etcd cluster bootstrap already complete and initialized")
		return s.reconcileMember(known)
	}
	if s.serverURL == "" {
		logrus.Info("Managed etcd cluster initializing")
		return nil
	}
	join, err := newAccess(s.serverURL, s.token, asUser("server"), known)
	if err != nil {
		return fmt.Errorf("failed to check if bootstrap data has been initialized: failed to validate token: %w", err)
	}
	s.join = join
	logrus.Info("Managed etcd cluster not yet initialized")
	if err := s.compareConfig(known); err != nil {
		return fmt.Errorf("failed to validate server configuration: %w", err)
	}
	return s.bootstrapOverHTTP(true)
}

// reconcileMember starts a server that has etcd data. Its `server` is tried, but not needed.
func (s *server) reconcileMember(known accessOption) error {
	if s.serverURL != "" && s.token != "" {
		join, err := newAccess(s.serverURL, s.token, asUser("server"), known)
		if err == nil {
			s.join = join
			if err = s.bootstrapOverHTTP(false); err == nil {
				logrus.Info("Successfully reconciled with remote datastore")
				return nil
			}
		}
		logrus.Warnf("Unable to reconcile with remote datastore: %v", err)
	}
	token, err := s.currentToken()
	if err != nil {
		return err
	}
	keys, err := bootstrapOnDisk(s.etcdDir())
	if err != nil {
		return fmt.Errorf("failed to reconcile with local datastore: failed to create temporary datastore client: %w", err)
	}
	value, err := findBootstrap(keys, token)
	if err != nil {
		return fmt.Errorf("failed to reconcile with local datastore: %w", err)
	}
	if len(value) == 0 {
		if exists(s.paths.tls("server-ca.crt")) {
			return nil
		}
		return errors.New("failed to reconcile with local datastore: no bootstrap data found in datastore - check server token value and verify datastore integrity")
	}
	data, err := decryptBootstrap(token, value)
	if err != nil {
		return fmt.Errorf("failed to reconcile with local datastore: %w", err)
	}
	if err := data.reconcile(s.paths, false); err != nil {
		return err
	}
	logrus.Info("Successfully reconciled with local datastore")
	return nil
}

func (s *server) bootstrapOverHTTP(joining bool) error {
	text, err := s.join.send(http.MethodGet, "/v1-k3s/server-bootstrap", nil, 15*time.Second)
	if err != nil {
		return err
	}
	var data bootstrapData
	if err := json.Unmarshal(text, &data); err != nil {
		return err
	}
	return data.reconcile(s.paths, joining && !exists(s.paths.tls("server-ca.crt")))
}

// compareConfig refuses to join with critical options that differ.
func (s *server) compareConfig(known accessOption) error {
	token := s.agentToken
	if token == "" {
		token = s.token
	}
	node, err := newAccess(s.serverURL, token, asUser("node"), known)
	if err != nil {
		return err
	}
	text, err := node.get("/v1-k3s/config")
	if err != nil {
		logrus.Warnf("Skipping cluster configuration validation: %v", err)
		return nil
	}
	var remote clusterConfig
	if err := json.Unmarshal(text, &remote); err != nil {
		return err
	}
	differs := false
	for name, value := range s.criticalArgs() {
		if other, ok := remote.Critical[name]; ok && other != value {
			logrus.Warnf("critical configuration mismatched: %s", name)
			differs = true
		}
	}
	if differs {
		return errors.New("critical configuration value mismatch between servers")
	}
	return nil
}

// clusterConfig is what nodes learn from a server. It is of the stand-in: K3s sends other names.
type clusterConfig struct {
	Critical       map[string]string
	HTTPSPort      int
	SupervisorPort int
	ClusterDomain  string
	ServerVersion  string
}

func (v *supervisor) serveConfig(w http.ResponseWriter, _ *http.Request, _ *identity) {
	s := v.server
	sendJSON(w, clusterConfig{s.criticalArgs(), s.httpsPort, s.supervisor, s.opts.text("cluster-domain"), version()})
}

func (v *supervisor) serveReadyz(w http.ResponseWriter, _ *http.Request, _ *identity) {
	if v.server.clients() == nil || !v.server.datastoreServes() {
		sendError(w, http.StatusServiceUnavailable, "runtime core not ready")
		return
	}
	_, _ = w.Write([]byte("ok"))
}

func (v *supervisor) serveBootstrap(w http.ResponseWriter, req *http.Request, _ *identity) {
	if v.server.etcd == nil {
		logrus.Warnf("Received HTTP bootstrap request from %s, but embedded etcd is not enabled.", req.RemoteAddr)
		sendError(w, http.StatusBadRequest, "etcd disabled")
		return
	}
	data, err := readBootstrapFiles(v.server.paths)
	if err != nil {
		sendError(w, http.StatusInternalServerError, err.Error())
		return
	}
	logrus.Infof("Serving HTTP bootstrap for %s", req.RemoteAddr)
	sendJSON(w, data)
}

// serveAPIServers lists the addresses of all servers: etcd's members, and Nodes with the role.
func (v *supervisor) serveAPIServers(w http.ResponseWriter, req *http.Request, _ *identity) {
	s := v.server
	addresses := map[string]bool{hostPort(s.ip(), s.httpsPort): true}
	ctx, cancel := context.WithTimeout(req.Context(), 3*time.Second)
	defer cancel()
	if client := s.clients(); client != nil {
		nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: controlPlaneLabel + "=true", ResourceVersion: "0"})
		if err == nil {
			for _, node := range nodes.Items {
				if ip := internalIP(&node); ip != "" {
					addresses[hostPort(ip, s.httpsPort)] = true
				}
			}
		}
	}
	list := []string{}
	for address := range addresses {
		list = append(list, address)
	}
	sendJSON(w, list)
}

func (s *server) startControllers(ctx context.Context) {
	s.startClusterControllers(ctx)
	if s.etcd != nil {
		s.snapshots.start(ctx)
	}
}

func (s *server) connect() error {
	config, err := clientcmd.BuildConfigFromFlags("", s.paths.cred("supervisor.kubeconfig"))
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 100, 200
	config.UserAgent = "k3s-standin"
	s.restConfig = config
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	s.clientset.Store(client)
	return nil
}
