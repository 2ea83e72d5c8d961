package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"go.etcd.io/etcd/etcdutl/v3/snapshot"
	"go.uber.org/zap"
)

var errReset = errors.New("Managed etcd cluster membership has been reset, restart without --cluster-reset flag now. Backup and delete ${datadir}/server/db on each peer etcd server and rejoin the nodes")

func (s *serverSettings) resetFlag() string { return s.paths.db("reset-flag") }

// reset makes this server the only member, from its own data or a snapshot, and ends.
func (s *server) reset(ctx context.Context) error {
	logrus.Infof("Starting k3s %s (standin)", version())
	if err := s.prepareDirs(); err != nil {
		return err
	}
	s.etcd = newEtcdMember(s.serverSettings)
	s.store = s.etcd.store
	restore := s.opts.text("cluster-reset-restore-path")
	if restore == "" && exists(s.resetFlag()) {
		return fmt.Errorf("starting kubernetes: preparing server: start managed database: Managed etcd cluster membership was previously reset, please remove the cluster-reset flag and start k3s normally. "+
			"If you need to perform another cluster reset, you must first manually delete the file at %s", s.resetFlag())
	}
	if restore == "" && !s.etcdInitialized() {
		return errors.New("starting kubernetes: preparing server: start managed database: etcd datastore is not initialized: there is nothing to reset")
	}
	if restore != "" {
		if err := s.restore(ctx, restore); err != nil {
			return fmt.Errorf("start managed database: %w", err)
		}
	} else if err := s.resetMembership(ctx); err != nil {
		return fmt.Errorf("start managed database: %w", err)
	}
	if err := os.WriteFile(s.resetFlag(), nil, 0600); err != nil {
		return err
	}
	return shutdownRequest{errReset}
}

// resetMembership starts etcd once with force-new-cluster.
func (s *server) resetMembership(ctx context.Context) error {
	if err := s.reconcileForReset(); err != nil {
		return err
	}
	if err := s.ensureSecrets(); err != nil {
		return err
	}
	if err := s.etcd.ensureName(false); err != nil {
		return err
	}
	client, err := s.store.client(ctx)
	if err != nil {
		return err
	}
	s.etcd.client = client
	if err := s.etcd.launch(clusterState{state: "new", members: s.etcd.name + "=" + s.etcd.peerURL(), forceNew: true}); err != nil {
		return err
	}
	defer s.etcd.stop()
	return s.etcd.waitReady(ctx)
}

func (s *server) reconcileForReset() error {
	token, err := s.currentToken()
	if err != nil {
		return err
	}
	keys, err := bootstrapOnDisk(s.etcdDir())
	if err != nil {
		return err
	}
	value, err := findBootstrap(keys, token)
	if err != nil || len(value) == 0 {
		return err
	}
	data, err := decryptBootstrap(token, value)
	if err != nil {
		return err
	}
	backup := s.paths.server("tls-" + strconv.FormatInt(time.Now().Unix(), 10))
	if exists(s.paths.server("tls")) {
		logrus.Infof("Cluster reset: backing up certificates directory to %s", backup)
		if err := os.CopyFS(backup, os.DirFS(s.paths.server("tls"))); err != nil {
			return err
		}
	}
	return data.reconcile(s.paths, true)
}

func (s *server) restore(ctx context.Context, path string) error {
	if s.opts.flag("etcd-s3") {
		found, err := s.fetchSnapshot(ctx, path)
		if err != nil {
			return err
		}
		path = found
	}
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return fmt.Errorf("etcd: snapshot path does not exist: %s", path)
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("etcd: snapshot path must be a file, not a directory: %s", path)
	}
	if strings.HasSuffix(path, ".zip") {
		logrus.Infof("Decompressing etcd snapshot file: %s", path)
		plain, err := unzipFile(path)
		if err != nil {
			return err
		}
		defer os.Remove(plain)
		path = plain
	}
	if exists(s.etcdDir()) {
		if err := backupEtcdDir(s.etcdDir()); err != nil {
			return err
		}
	}
	if err := s.etcd.ensureName(true); err != nil {
		return err
	}
	name, err := os.ReadFile(s.etcdDir() + "/name")
	if err != nil {
		return err
	}
	// The tool insists on making the directory itself.
	temp := s.etcdDir() + "-restore"
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	logrus.Infof("Pre-restore etcd database moved, restoring %s", path)
	manager := snapshot.NewV3(zap.NewNop())
	if err := manager.Restore(snapshot.RestoreConfig{
		SnapshotPath: path, Name: s.etcd.name, OutputDataDir: temp, OutputWALDir: temp + "/member/wal",
		PeerURLs: []string{s.etcd.peerURL()}, InitialCluster: s.etcd.name + "=" + s.etcd.peerURL(), InitialClusterToken: "etcd-cluster",
	}); err != nil {
		return err
	}
	if err := os.RemoveAll(s.etcdDir()); err != nil {
		return err
	}
	if err := os.Rename(temp, s.etcdDir()); err != nil {
		return err
	}
	if err := writeFile(s.etcdDir()+"/name", name, 0600); err != nil {
		return err
	}
	return s.resetMembership(ctx)
}

func (s *server) fetchSnapshot(ctx context.Context, name string) (string, error) {
	settings := newS3Settings(s.opts)
	if settings.ConfigSecret != "" && settings.Bucket == "" {
		return "", errors.New("cannot use S3 config secret when restoring snapshot; configuration must be set in CLI or config file")
	}
	dir := s.snapshotPlan().dir
	if err := os.MkdirAll(dir, 0700); err != nil {
		return "", err
	}
	logrus.Infof("Retrieving etcd snapshot %s from S3", name)
	path, err := settings.download(ctx, name, dir)
	if err != nil {
		return "", fmt.Errorf("failed to download snapshot from S3: %w", err)
	}
	logrus.Infof("S3 download complete for %s", path)
	return path, nil
}
