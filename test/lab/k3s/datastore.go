package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/k3s-io/kine/pkg/drivers"
	"github.com/k3s-io/kine/pkg/drivers/generic"
	_ "github.com/k3s-io/kine/pkg/drivers/mysql" // MySQL and MariaDB
	_ "github.com/k3s-io/kine/pkg/drivers/pgsql" // PostgreSQL
	_ "github.com/k3s-io/kine/pkg/drivers/remote"
	"github.com/k3s-io/kine/pkg/drivers/sqlite"
	kineserver "github.com/k3s-io/kine/pkg/server"
	kinetls "github.com/k3s-io/kine/pkg/tls"
	"github.com/sirupsen/logrus"
	"go.etcd.io/etcd/client/pkg/v3/transport"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
)

var _ = sqlite.New

// endpoint is how the API server reaches its datastore.
type endpoint struct {
	urls              []string
	ca, cert, key     string
	severalAPIServers bool
}

func (e *endpoint) tlsConfig() (*tls.Config, error) {
	if e.ca == "" && e.cert == "" {
		return nil, nil
	}
	info := transport.TLSInfo{TrustedCAFile: e.ca, CertFile: e.cert, KeyFile: e.key}
	return info.ClientConfig()
}

func (e *endpoint) client(ctx context.Context) (*clientv3.Client, error) {
	tlsConfig, err := e.tlsConfig()
	if err != nil {
		return nil, err
	}
	return clientv3.New(clientv3.Config{
		Context: ctx, Endpoints: e.urls, TLS: tlsConfig, DialTimeout: 5 * time.Second, Logger: zap.NewNop(),
		DialKeepAliveTime: 30 * time.Second, DialKeepAliveTimeout: 10 * time.Second,
	})
}

// startKine puts the protocol of etcd before sqlite or an SQL server. An external etcd is used as it is.
func startKine(ctx context.Context, s *serverSettings) (*endpoint, error) {
	backendTLS := kinetls.Config{CAFile: s.opts.text("datastore-cafile"), CertFile: s.opts.text("datastore-certfile"), KeyFile: s.opts.text("datastore-keyfile")}
	dsn := s.opts.text("datastore-endpoint")
	if err := os.MkdirAll(s.paths.db(), 0700); err != nil {
		return nil, err
	}
	return listenKine(ctx, dsn, backendTLS)
}

func listenKine(ctx context.Context, dsn string, backendTLS kinetls.Config) (*endpoint, error) {
	severalServers, backend, err := drivers.New(ctx, &sync.WaitGroup{}, &drivers.Config{
		Endpoint:             dsn,
		BackendTLSConfig:     backendTLS,
		ConnectionPoolConfig: generic.ConnectionPoolConfig{MaxIdle: 5, MaxOpen: 20, MaxLifetime: time.Minute},
		CompactInterval:      5 * time.Minute,
		CompactTimeout:       5 * time.Second,
		CompactMinRetain:     1000,
		CompactBatchSize:     1000,
		PollBatchSize:        500,
	})
	if err != nil {
		kind := "default endpoint"
		if dsn != "" {
			kind = "configured endpoint"
		}
		return nil, fmt.Errorf("creating storage endpoint: failed to create driver for %s: %w", kind, err)
	}
	if backend == nil {
		return &endpoint{strings.Split(dsn, ","), backendTLS.CAFile, backendTLS.CertFile, backendTLS.KeyFile, severalServers}, nil
	}
	if err := backend.Start(ctx); err != nil {
		return nil, fmt.Errorf("creating storage endpoint: starting kine backend: %w", err)
	}
	const socket = "kine.sock" // in the working directory, DATA/server
	_ = os.Remove(socket)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(socket, 0600); err != nil {
		return nil, err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(2*1024*1024), grpc.MaxSendMsgSize(1<<30))
	kineserver.New(backend, "unix", 5*time.Second, "3.6.14").Register(server)
	go func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			logrus.Errorf("Kine GPRC server exited: %v", err)
		}
	}()
	go func() {
		<-ctx.Done()
		server.Stop()
	}()
	logrus.Infof("Kine available at unix://%s", socket)
	return &endpoint{urls: []string{"unix://" + socket}, severalAPIServers: severalServers}, nil
}
