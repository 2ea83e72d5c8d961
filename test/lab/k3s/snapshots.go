package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	apisv1 "github.com/k3s-io/api/k3s.cattle.io/v1"
	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/snapshot"
	"go.uber.org/zap"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// snapshotRequest is what the command line asks the server for at /db/snapshot.
type snapshotRequest struct {
	Operation string      `json:"operation"`
	Name      []string    `json:"name,omitempty"`
	Dir       string      `json:"dir,omitempty"`
	Compress  *bool       `json:"compress,omitempty"`
	Retention *int        `json:"retention,omitempty"`
	S3        *s3Settings `json:"s3,omitempty"`
}

type snapshotResult struct {
	Created []string `json:"created,omitempty"`
	Deleted []string `json:"deleted,omitempty"`
}

// snapshotPlan is where and how snapshots are kept: the server's options, overridden by a request.
type snapshotPlan struct {
	name      string
	dir       string
	compress  bool
	retention int
	s3        *s3Settings
}

type snapshotter struct {
	server *server
	mu     sync.Mutex
}

func newSnapshotter(s *server) *snapshotter { return &snapshotter{server: s} }

func (s *serverSettings) snapshotPlan() snapshotPlan {
	plan := snapshotPlan{name: s.opts.text("etcd-snapshot-name"), dir: s.opts.text("etcd-snapshot-dir"), compress: s.opts.flag("etcd-snapshot-compress"), retention: s.opts.number("etcd-snapshot-retention")}
	if plan.dir == "" {
		plan.dir = s.paths.db("snapshots")
	}
	if s.opts.flag("etcd-s3") {
		plan.s3 = newS3Settings(s.opts)
	}
	return plan
}

func (t *snapshotter) start(ctx context.Context) {
	s := t.server
	if s.opts.flag("etcd-disable-snapshots") {
		return
	}
	schedule := cron.New()
	if _, err := schedule.AddFunc(s.opts.text("etcd-snapshot-schedule-cron"), func() { t.scheduled(ctx) }); err != nil {
		logrus.Errorf("Failed to schedule etcd snapshots: %v", err)
		return
	}
	schedule.Start()
	go func() {
		<-ctx.Done()
		schedule.Stop()
	}()
}

func (t *snapshotter) scheduled(ctx context.Context) {
	plan := t.server.snapshotPlan()
	if _, err := t.save(ctx, plan); err != nil {
		logrus.Errorf("Failed to take scheduled snapshot: %v", err)
		return
	}
	if _, err := t.prune(ctx, plan); err != nil {
		logrus.Errorf("Failed to apply snapshot retention: %v", err)
	}
}

func (t *snapshotter) save(ctx context.Context, plan snapshotPlan) (*snapshotResult, error) {
	if !t.mu.TryLock() {
		return nil, errors.New("snapshot save already in progress")
	}
	defer t.mu.Unlock()
	s := t.server
	if plan.dir == s.paths.db("snapshots") {
		if err := os.MkdirAll(plan.dir, 0700); err != nil {
			return nil, err
		}
	} else if _, err := os.Stat(plan.dir); err != nil {
		return nil, fmt.Errorf("failed to get etcd-snapshot-dir: %w", err)
	}
	name := fmt.Sprintf("%s-%s-%d", plan.name, s.name, time.Now().Unix())
	path := filepath.Join(plan.dir, name)
	logrus.Infof("Saving etcd snapshot to %s", path)
	tlsConfig, err := s.store.tlsConfig()
	if err != nil {
		return nil, err
	}
	config := clientv3.Config{Endpoints: s.store.urls, TLS: tlsConfig, DialTimeout: 5 * time.Second, Logger: zap.NewNop()}
	if _, err := snapshot.SaveWithVersion(ctx, zap.NewNop(), config, path); err != nil {
		return nil, fmt.Errorf("failed to save etcd snapshot: %w", err)
	}
	if plan.compress {
		zipped, err := zipFile(path)
		_ = os.Remove(path)
		if err != nil {
			return nil, fmt.Errorf("failed to compress snapshot: %w", err)
		}
		path = zipped
	}
	result := &snapshotResult{Created: []string{filepath.Base(path)}}
	if plan.s3 != nil {
		if err := plan.s3.upload(ctx, path); err != nil {
			logrus.Errorf("Error received during snapshot upload to S3: %v", err)
			return result, fmt.Errorf("failed to upload snapshot to S3: %w", err)
		}
		logrus.Infof("S3 upload complete for %s", filepath.Base(path))
	}
	return result, nil
}

func zipFile(path string) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.OpenFile(path+".zip", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0600)
	if err != nil {
		return "", err
	}
	defer out.Close()
	writer := zip.NewWriter(out)
	entry, err := writer.CreateHeader(&zip.FileHeader{Name: filepath.Base(path), Method: zip.Deflate, Modified: time.Now()})
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(entry, in); err != nil {
		return "", err
	}
	return path + ".zip", writer.Close()
}

// unzipFile returns the path of the one file inside, written beside the archive.
func unzipFile(path string) (string, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return "", err
	}
	defer archive.Close()
	if len(archive.File) != 1 {
		return "", errors.New("unexpected compressed etcd snapshot contents")
	}
	in, err := archive.File[0].Open()
	if err != nil {
		return "", err
	}
	defer in.Close()
	target := strings.TrimSuffix(path, ".zip")
	out, err := os.OpenFile(target, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0600)
	if err != nil {
		return "", err
	}
	defer out.Close()
	_, err = io.Copy(out, in)
	return target, err
}

// local lists the snapshot files of the directory, oldest first.
func (plan snapshotPlan) local(node string) ([]apisv1.ETCDSnapshotFile, error) {
	entries, err := os.ReadDir(plan.dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var files []apisv1.ETCDSnapshotFile
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || entry.IsDir() {
			continue
		}
		files = append(files, snapshotObject(entry.Name(), "file://"+filepath.Join(plan.dir, entry.Name()), node, info.Size(), info.ModTime()))
	}
	sortSnapshots(files)
	return files, nil
}

func sortSnapshots(files []apisv1.ETCDSnapshotFile) {
	slices.SortFunc(files, func(a, b apisv1.ETCDSnapshotFile) int {
		if order := a.Status.CreationTime.Compare(b.Status.CreationTime.Time); order != 0 {
			return order
		}
		return strings.Compare(a.Spec.SnapshotName, b.Spec.SnapshotName)
	})
}

func snapshotObject(name, location, node string, size int64, made time.Time) apisv1.ETCDSnapshotFile {
	// The name ends in the time it was taken at.
	text := strings.TrimSuffix(name, ".zip")
	if unix, err := strconv.ParseInt(text[strings.LastIndex(text, "-")+1:], 10, 64); err == nil {
		made = time.Unix(unix, 0)
	}
	created, ready := metav1.NewTime(made), true
	return apisv1.ETCDSnapshotFile{
		TypeMeta: metav1.TypeMeta{APIVersion: "k3s.cattle.io/v1", Kind: "ETCDSnapshotFile"}, ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: created},
		Spec:   apisv1.ETCDSnapshotSpec{SnapshotName: name, NodeName: node, Location: location},
		Status: apisv1.ETCDSnapshotStatus{Size: resource.NewQuantity(size, resource.DecimalSI), CreationTime: &created, ReadyToUse: &ready},
	}
}

func (t *snapshotter) list(ctx context.Context, plan snapshotPlan) ([]apisv1.ETCDSnapshotFile, error) {
	files, err := plan.local(t.server.name)
	if err != nil || plan.s3 == nil {
		return files, err
	}
	remote, err := plan.s3.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("failed to list snapshots in S3: %w", err)
	}
	files = append(files, remote...)
	sortSnapshots(files)
	return files, nil
}

// prune keeps the newest of this name and node, on disk and in S3.
func (t *snapshotter) prune(ctx context.Context, plan snapshotPlan) (*snapshotResult, error) {
	result := &snapshotResult{}
	files, err := plan.local(t.server.name)
	if err != nil {
		return nil, err
	}
	for _, file := range excess(files, plan.name+"-"+t.server.name, plan.retention) {
		if err := os.Remove(filepath.Join(plan.dir, file.Spec.SnapshotName)); err != nil {
			return nil, err
		}
		result.Deleted = append(result.Deleted, file.Spec.SnapshotName)
	}
	if plan.s3 == nil {
		return result, nil
	}
	remote, err := plan.s3.list(ctx)
	if err != nil {
		return nil, err
	}
	for _, file := range excess(remote, plan.name+"-"+t.server.name, plan.s3.Retention) {
		if err := plan.s3.remove(ctx, file.Spec.SnapshotName); err != nil {
			return nil, err
		}
		result.Deleted = append(result.Deleted, file.Spec.SnapshotName)
	}
	return result, nil
}

func excess(files []apisv1.ETCDSnapshotFile, prefix string, keep int) []apisv1.ETCDSnapshotFile {
	if keep < 1 {
		return nil
	}
	files = slices.DeleteFunc(files, func(f apisv1.ETCDSnapshotFile) bool { return !strings.HasPrefix(f.Spec.SnapshotName, prefix) })
	return files[:max(0, len(files)-keep)]
}

func (t *snapshotter) remove(ctx context.Context, plan snapshotPlan, names []string) (*snapshotResult, error) {
	result := &snapshotResult{}
	for _, name := range names {
		found := os.Remove(filepath.Join(plan.dir, filepath.Base(name))) == nil
		if plan.s3 != nil && plan.s3.remove(ctx, name) == nil {
			found = true
		}
		if found {
			result.Deleted = append(result.Deleted, name)
		}
	}
	return result, nil
}

func (v *supervisor) serveSnapshot(w http.ResponseWriter, req *http.Request) {
	var asked snapshotRequest
	if err := json.NewDecoder(req.Body).Decode(&asked); err != nil {
		sendError(w, http.StatusBadRequest, err.Error())
		return
	}
	plan, err := v.server.planFor(req.Context(), asked)
	if err != nil {
		sendError(w, http.StatusBadRequest, "failed to initialize S3 client: "+err.Error())
		return
	}
	var answer any
	switch t := v.server.snapshots; asked.Operation {
	case "save":
		answer, err = t.save(req.Context(), plan)
	case "delete":
		answer, err = t.remove(req.Context(), plan, asked.Name)
	case "prune":
		answer, err = t.prune(req.Context(), plan)
	case "list":
		var files []apisv1.ETCDSnapshotFile
		files, err = t.list(req.Context(), plan)
		answer = apisv1.ETCDSnapshotFileList{TypeMeta: metav1.TypeMeta{APIVersion: "k3s.cattle.io/v1", Kind: "ETCDSnapshotFileList"}, Items: files}
	default:
		sendError(w, http.StatusBadRequest, "invalid snapshot operation")
		return
	}
	if err != nil {
		logrus.Errorf("etcd-snapshot error: %v", err)
		sendError(w, http.StatusInternalServerError, "etcd-snapshot error: "+err.Error())
		return
	}
	sendJSON(w, answer)
}

func (s *server) planFor(ctx context.Context, asked snapshotRequest) (snapshotPlan, error) {
	plan := s.snapshotPlan()
	if len(asked.Name) > 0 && (asked.Operation == "save" || asked.Operation == "prune") {
		plan.name = asked.Name[0]
	}
	if asked.Dir != "" {
		plan.dir = asked.Dir
	}
	if asked.Compress != nil {
		plan.compress = *asked.Compress
	}
	if asked.Retention != nil {
		plan.retention = *asked.Retention
	}
	if asked.S3 != nil {
		plan.s3 = asked.S3
	}
	if plan.s3 == nil {
		return plan, nil
	}
	return plan, plan.s3.complete(ctx, s)
}
