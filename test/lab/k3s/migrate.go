package main

import (
	"context"
	"os"

	kinetls "github.com/k3s-io/kine/pkg/tls"
	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// migrateFromSQLite moves an sqlite cluster into a new embedded etcd: what `cluster-init` does on a server that ran without it.
func (s *server) migrateFromSQLite(ctx context.Context) error {
	file := s.paths.db("state.db")
	if !exists(file) || s.join != nil {
		return nil
	}
	logrus.Info("Migrating content from sqlite to etcd")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	source, err := listenKine(ctx, "", kinetls.Config{})
	if err != nil {
		return err
	}
	from, err := source.client(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	content, err := from.Get(ctx, "/", clientv3.WithRange("0"), clientv3.WithLimit(0))
	if err != nil {
		return err
	}
	for _, kv := range content.Kvs {
		if _, err := s.etcd.client.Put(ctx, string(kv.Key), string(kv.Value)); err != nil {
			return err
		}
	}
	logrus.Infof("Migrated %d keys", len(content.Kvs))
	return os.Rename(file, file+"-migrated")
}
