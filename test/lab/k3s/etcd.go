package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/sirupsen/logrus"
	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"sigs.k8s.io/yaml"
)

// etcdMember is the embedded etcd of this server.
type etcdMember struct {
	settings *serverSettings
	store    *endpoint
	name     string

	mu      sync.Mutex
	running *embed.Etcd
	client  *clientv3.Client
}

var errDuplicateName = errors.New("duplicate node name found, please use a unique name for this node")

func (s *serverSettings) etcdDir() string { return s.paths.db("etcd") }

// etcdInitialized tells whether etcd ran here before; K3s looks for the write-ahead log.
func (s *serverSettings) etcdInitialized() bool { return exists(s.paths.db("etcd", "member", "wal")) }

// usesEtcd decides as K3s does: etcd data on disk wins over every option; `server` without a token does not count as joining.
func (s *serverSettings) usesEtcd() bool {
	if s.etcdInitialized() {
		return true
	}
	return s.opts.text("datastore-endpoint") == "" && (s.opts.flag("cluster-init") || s.opts.flag("cluster-reset") || (s.token != "" && s.serverURL != ""))
}

func newEtcdMember(s *serverSettings) *etcdMember {
	return &etcdMember{settings: s, store: &endpoint{
		urls: []string{"https://127.0.0.1:2379"}, severalAPIServers: true,
		ca: s.paths.etcdTLS("server-ca.crt"), cert: s.paths.etcdTLS("client.crt"), key: s.paths.etcdTLS("client.key"),
	}}
}

func (m *etcdMember) peerURL() string   { return "https://" + hostPort(m.settings.ip(), 2380) }
func (m *etcdMember) clientURL() string { return "https://" + hostPort(m.settings.ip(), 2379) }

func hostPort(host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}

// checkTombstone handles what a removed member left behind.
func (m *etcdMember) checkTombstone() error {
	dir := m.settings.etcdDir()
	if !exists(filepath.Join(dir, "tombstone")) {
		return nil
	}
	if m.settings.serverURL == "" {
		return errors.New("tombstone file has been detected but --server is empty: backup and delete ${datadir}/server/db to create a new cluster, or set --server to rejoin the cluster")
	}
	logrus.Info("tombstone file has been detected, removing ${datadir}/server/db to rejoin the cluster")
	return backupEtcdDir(dir)
}

func backupEtcdDir(dir string) error {
	target := dir + "-old-" + strconv.FormatInt(time.Now().Unix(), 10)
	logrus.Infof("Moving %s to %s", dir, target)
	return os.Rename(dir, target)
}

// ensureName keeps the member's name, NODE-xxxxxxxx, in a file.
func (m *etcdMember) ensureName(anew bool) error {
	file := filepath.Join(m.settings.etcdDir(), "name")
	if data, err := os.ReadFile(file); err == nil && !anew {
		m.name = string(data)
		return nil
	}
	m.name = m.settings.name + "-" + uuid.NewString()[:8]
	if err := os.MkdirAll(m.settings.etcdDir(), 0700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(m.name), 0600)
}

type clusterState struct {
	state, members string
	forceNew       bool
}

// launch writes etcd's configuration file, which etcd-arg adds to, and starts it. It does not wait for a leader.
func (m *etcdMember) launch(cluster clusterState) error {
	s := m.settings
	server := map[string]any{
		"cert-file": s.paths.etcdTLS("server-client.crt"), "key-file": s.paths.etcdTLS("server-client.key"),
		"trusted-ca-file": s.paths.etcdTLS("server-ca.crt"), "client-cert-auth": true,
	}
	peer := map[string]any{
		"cert-file": s.paths.etcdTLS("peer-server-client.crt"), "key-file": s.paths.etcdTLS("peer-server-client.key"),
		"trusted-ca-file": s.paths.etcdTLS("peer-ca.crt"), "client-cert-auth": true,
	}
	config := map[string]any{
		"name": m.name, "data-dir": s.etcdDir(),
		"listen-client-urls":          "https://127.0.0.1:2379," + m.clientURL(),
		"advertise-client-urls":       m.clientURL(),
		"listen-peer-urls":            m.peerURL(),
		"initial-advertise-peer-urls": m.peerURL(),
		"initial-cluster":             cluster.members,
		"initial-cluster-state":       cluster.state,
		"force-new-cluster":           cluster.forceNew,
		"listen-metrics-urls":         "http://127.0.0.1:2381",
		"client-transport-security":   server,
		"peer-transport-security":     peer,
		// K3s uses 500 and 5000; tests wait for elections.
		"heartbeat-interval": 200, "election-timeout": 2000,
		"snapshot-count": 10000, "logger": "zap", "log-level": "error", "log-outputs": []string{"stderr"},
	}
	for _, arg := range s.opts.list("etcd-arg") {
		name, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		config[name] = scalar(value)
	}
	text, err := yaml.Marshal(config)
	if err != nil {
		return err
	}
	file := filepath.Join(s.etcdDir(), "config")
	if err := writeFile(file, text, 0600); err != nil {
		return err
	}
	parsed, err := embed.ConfigFromFile(file)
	if err != nil {
		return err
	}
	running, err := embed.StartEtcd(parsed)
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.running = running
	m.mu.Unlock()
	return nil
}

// scalar gives numbers and booleans of etcd-arg their type, which etcd's configuration file insists on.
func scalar(text string) any {
	var value any
	if json.Unmarshal([]byte(text), &value) == nil {
		switch value.(type) {
		case float64, bool:
			return json.RawMessage(text)
		}
	}
	return text
}

// start brings etcd up: an existing member, a new cluster, or a join through another server.
func (m *etcdMember) start(ctx context.Context, join *access) error {
	client, err := m.store.client(ctx)
	if err != nil {
		return err
	}
	m.client = client
	own := m.name + "=" + m.peerURL()
	switch {
	case m.settings.etcdInitialized():
		logrus.Info("Starting etcd for existing cluster member")
		if err := os.Chmod(m.settings.etcdDir(), 0700); err != nil {
			return err
		}
		err = m.launch(clusterState{state: "existing", members: own})
	case join == nil:
		logrus.Info("Starting etcd for new cluster")
		err = m.launch(clusterState{state: "new", members: own})
	default:
		err = m.pollJoin(ctx, join)
	}
	if err != nil {
		return err
	}
	go m.watchRemoval(ctx)
	go m.promoteLearners(ctx)
	return nil
}

func (m *etcdMember) pollJoin(ctx context.Context, join *access) error {
	for {
		err := m.join(ctx, join)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, rpctypes.ErrTooManyLearners), errors.Is(err, rpctypes.ErrUnhealthy):
			logrus.Infof("Waiting for other members to finish joining etcd cluster: %v", err)
		case errors.Is(err, errMemberList):
			logrus.Infof("Waiting to retrieve etcd cluster member list: %v", err)
		case errors.Is(err, context.DeadlineExceeded):
			logrus.Info("Retrying etcd cluster join: etcd cluster join timed out")
		default:
			return shutdownRequest{fmt.Errorf("etcd cluster join failed: %w", err)}
		}
		if !sleep(ctx, time.Second) {
			return ctx.Err()
		}
	}
}

var errMemberList = errors.New("failed to get etcd MemberList")

type memberInfo struct {
	Members []*etcdserverpb.Member `json:"members"`
}

func (m *etcdMember) join(ctx context.Context, join *access) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	data, err := join.get("/db/info")
	if err != nil {
		return fmt.Errorf("%w: %v", errMemberList, err)
	}
	var info memberInfo
	if err := json.Unmarshal(data, &info); err != nil {
		return err
	}
	remote := *m.store
	remote.urls = nil
	var members []string
	known := false
	for _, member := range info.Members {
		peer, err := url.Parse(firstOf(member.PeerURLs))
		if err != nil {
			return err
		}
		own := peer.Hostname() == m.settings.ip()
		if member.Name == "" && own {
			member.Name = m.name
		}
		known = known || (own && member.Name == m.name)
		if nodeOfMember(member.Name) == m.settings.name && member.Name != m.name {
			_ = os.Remove(filepath.Join(m.settings.etcdDir(), "name"))
			return errDuplicateName
		}
		members = append(members, member.Name+"="+firstOf(member.PeerURLs))
		if !own {
			remote.urls = append(remote.urls, member.ClientURLs...)
		}
	}
	state := "existing"
	if !known {
		client, err := remote.client(ctx)
		if err != nil {
			return err
		}
		defer client.Close()
		logrus.Infof("Adding member %s=%s to etcd cluster %v", m.name, m.peerURL(), members)
		if _, err := client.MemberAddAsLearner(ctx, []string{m.peerURL()}); err != nil {
			return rpctypes.Error(err)
		}
		members = append(members, m.name+"="+m.peerURL())
	}
	return m.launch(clusterState{state: state, members: strings.Join(members, ",")})
}

func firstOf(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return items[0]
}

func nodeOfMember(name string) string {
	if i := strings.LastIndex(name, "-"); i > 1 {
		return name[:i]
	}
	return name
}

// waitReady blocks until this member serves, which takes a quorum, and until it is no learner.
func (m *etcdMember) waitReady(ctx context.Context) error {
	logrus.Info("Waiting for etcd server to become available")
	for last := time.Now(); ; {
		if m.hasLeader() && !m.running.Server.IsLearner() {
			probe, cancel := context.WithTimeout(ctx, 5*time.Second)
			_, err := m.client.Get(probe, "/bootstrap/health")
			cancel()
			if err == nil {
				return nil
			}
			logrus.Infof("Failed to test etcd connection: %v", err)
		} else if time.Since(last) > 5*time.Second {
			logrus.Info("Failed to test etcd connection: this server has no leader or is still a learner")
			last = time.Now()
		}
		if !sleep(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
	}
}

func (m *etcdMember) hasLeader() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.running != nil && m.running.Server.Leader() != 0
}

// watchRemoval ends the process when the cluster has removed this member; the tombstone makes the next start rejoin.
func (m *etcdMember) watchRemoval(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-m.running.Server.StopNotify():
	case err := <-m.running.Err():
		logrus.Errorf("etcd: %v", err)
	}
	if ctx.Err() != nil {
		return
	}
	tombstone := filepath.Join(m.settings.etcdDir(), "tombstone")
	if err := os.WriteFile(tombstone, nil, 0600); err != nil {
		logrus.Errorf("Failed to write tombstone file to %s: %v", tombstone, err)
	}
	logrus.Fatal("this node has been removed from the cluster please restart k3s to rejoin the cluster")
}

// promoteLearners is done by the member that leads. A learner that makes no progress for 5 minutes is removed.
func (m *etcdMember) promoteLearners(ctx context.Context) {
	seen := map[uint64]time.Time{}
	for sleep(ctx, time.Second) {
		if m.running.Server.Leader() != m.running.Server.MemberID() {
			clear(seen)
			continue
		}
		members, err := m.members(ctx)
		if err != nil {
			continue
		}
		for _, member := range members {
			if !member.IsLearner {
				continue
			}
			if _, ok := seen[member.ID]; !ok {
				seen[member.ID] = time.Now()
			}
			m.promote(ctx, member, time.Since(seen[member.ID]))
		}
	}
}

func (m *etcdMember) promote(ctx context.Context, member *etcdserverpb.Member, age time.Duration) {
	const stalled = 5 * time.Minute
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := m.client.MemberPromote(ctx, member.ID); err == nil {
		logrus.Infof("Promoted learner %s", member.Name)
	} else if age > stalled {
		logrus.Warnf("Removing learner %s from etcd cluster due to lack of progress", member.Name)
		_, _ = m.client.MemberRemove(ctx, member.ID)
	}
}

func (m *etcdMember) members(ctx context.Context) ([]*etcdserverpb.Member, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	resp, err := m.client.MemberList(ctx)
	if err != nil {
		return nil, err
	}
	return resp.Members, nil
}

// remove takes a member out of the cluster by its name; one that is gone is fine.
func (m *etcdMember) remove(ctx context.Context, name string) error {
	members, err := m.members(ctx)
	if err != nil {
		return err
	}
	for _, member := range members {
		if member.Name == name {
			logrus.Infof("Removing name=%s id=%d from etcd", member.Name, member.ID)
			ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
			defer cancel()
			_, err := m.client.MemberRemove(ctx, member.ID)
			if errors.Is(rpctypes.Error(err), rpctypes.ErrMemberNotFound) {
				return nil
			}
			return rpctypes.Error(err)
		}
	}
	return nil
}

// stop does not wait long for etcd to hand over its lead, which it cannot when the others stop too.
func (m *etcdMember) stop() {
	const patience = 2 * time.Second
	m.mu.Lock()
	running := m.running
	m.mu.Unlock()
	if running == nil {
		return
	}
	closed := make(chan struct{})
	go func() {
		running.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(patience):
	}
}
