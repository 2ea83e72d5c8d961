package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"go.etcd.io/bbolt"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

var errOtherToken = errors.New("bootstrap data already found and encrypted with different token")

// findBootstrap picks the data of this token out of all that is stored under /bootstrap.
func findBootstrap(keys map[string][]byte, token string) ([]byte, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	if len(keys) > 1 {
		logrus.Warn("found multiple bootstrap keys in storage")
	}
	value, ok := keys[bootstrapKey(token)]
	if !ok {
		return nil, errOtherToken
	}
	return value, nil
}

func listBootstrap(ctx context.Context, client *clientv3.Client) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	resp, err := client.Get(ctx, "/bootstrap/", clientv3.WithRange("/bootstrap0"))
	if err != nil {
		return nil, err
	}
	keys := map[string][]byte{}
	for _, kv := range resp.Kvs {
		keys[string(kv.Key)] = kv.Value
	}
	return keys, nil
}

// bootstrapOnDisk reads the store of an etcd that does not run, from a copy, since etcd may start at any time after.
func bootstrapOnDisk(etcdDir string) (map[string][]byte, error) {
	temp, err := os.CreateTemp("", "etcd-copy-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp.Name())
	source, err := os.Open(filepath.Join(etcdDir, "member", "snap", "db"))
	if err != nil {
		return nil, err
	}
	defer source.Close()
	if _, err := io.Copy(temp, source); err != nil {
		return nil, err
	}
	temp.Close()
	db, err := bbolt.Open(temp.Name(), 0600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	keys := map[string][]byte{}
	return keys, db.View(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte("key"))
		if bucket == nil {
			return nil
		}
		return bucket.ForEach(func(revision, value []byte) error {
			var kv mvccpb.KeyValue
			if err := kv.Unmarshal(value); err != nil || !strings.HasPrefix(string(kv.Key), "/bootstrap/") {
				return err
			}
			// Revisions come in order; those of deletions end in `t`.
			if revision[len(revision)-1] == 't' {
				delete(keys, string(kv.Key))
			} else {
				keys[string(kv.Key)] = append([]byte(nil), kv.Value...)
			}
			return nil
		})
	})
}

// saveBootstrap stores the files that servers share under the token. `replace` overwrites what is there.
func (s *server) saveBootstrap(ctx context.Context, replace bool) error {
	logrus.Info("Saving cluster bootstrap data to datastore")
	data, err := readBootstrapFiles(s.paths)
	if err != nil {
		return err
	}
	token, err := s.currentToken()
	if err != nil {
		return err
	}
	client, err := s.store.client(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	keys, err := listBootstrap(ctx, client)
	if err != nil {
		return err
	}
	stored, err := findBootstrap(keys, token)
	if err != nil {
		return err
	}
	if len(stored) > 0 && !replace {
		return nil
	}
	value, err := data.encrypt(token)
	if err != nil {
		return err
	}
	_, err = client.Put(ctx, bootstrapKey(token), string(value))
	return err
}

// bootstrapFromStore loads the shared files from an SQL database; the first server takes a lock instead, an empty value, and makes them.
func (s *server) bootstrapFromStore(ctx context.Context) error {
	client, err := s.store.client(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	token, err := s.currentToken()
	if err != nil {
		return err
	}
	if token == "" {
		keys, err := listBootstrap(ctx, client)
		if err != nil {
			return err
		}
		if len(keys) > 0 {
			// K3s goes on here too and fails when it saves, after it made certificates of its own.
			logrus.Debug("Datastore holds bootstrap data, but there is no token")
		}
		logrus.Info("Datastore connection validated successfully, proceeding with bootstrap data generation")
		return nil
	}
	const lockAttempts = 5
	for attempt := 1; ; attempt++ {
		keys, err := listBootstrap(ctx, client)
		if err != nil {
			return err
		}
		value, err := findBootstrap(keys, token)
		if err != nil {
			return err
		}
		if len(value) > 0 {
			data, err := decryptBootstrap(token, value)
			if err != nil {
				return err
			}
			return data.reconcile(s.paths, !exists(s.paths.tls("server-ca.crt")))
		}
		key := bootstrapKey(token)
		if len(keys) == 0 {
			locked, err := client.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", 0)).Then(clientv3.OpPut(key, "")).Commit()
			if err != nil {
				return err
			}
			if locked.Succeeded {
				logrus.Info("Bootstrap key locked for initial create")
				return nil
			}
		}
		logrus.Info("Bootstrap key is locked - waiting for data to be populated by another server")
		if attempt%lockAttempts == 0 {
			logrus.Info("Bootstrap key lock timed out - deleting lock and retrying")
			if _, err := client.Delete(ctx, key); err != nil {
				return err
			}
		}
		if !sleep(ctx, 5*time.Second) {
			return ctx.Err()
		}
	}
}

// sleep returns false when the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
