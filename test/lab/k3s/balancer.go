package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
)

// balancer is the agent's way to the servers: a TCP port on loopback that goes to the first server that takes the connection.
type balancer struct {
	fallback string
	file     string

	mu      sync.Mutex
	servers []string
}

func newBalancer(fallback, file string) *balancer {
	b := &balancer{fallback: fallback, file: file}
	var saved struct{ ServerAddresses []string }
	if data, err := os.ReadFile(file); err == nil && json.Unmarshal(data, &saved) == nil {
		b.servers = saved.ServerAddresses
	}
	return b
}

func (b *balancer) list() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.servers)
}

func (b *balancer) update(servers []string) {
	slices.Sort(servers)
	b.mu.Lock()
	same := slices.Equal(b.servers, servers)
	b.servers = servers
	b.mu.Unlock()
	if same {
		return
	}
	logrus.Infof("Updated load balancer k3s-agent-load-balancer server addresses -> %v [default: %s]", servers, b.fallback)
	data, _ := json.Marshal(map[string]any{"ServerURL": "https://" + b.fallback, "ServerAddresses": servers})
	if err := writeFile(b.file, data, 0600); err != nil {
		logrus.Warn(err)
	}
}

func (b *balancer) listen(ctx context.Context, port int) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		listener.Close()
	}()
	go func() {
		for {
			conn, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go b.serve(conn)
			}
		}
	}()
	return nil
}

func (b *balancer) serve(conn net.Conn) {
	defer conn.Close()
	candidates := b.list()
	if !slices.Contains(candidates, b.fallback) {
		candidates = append(candidates, b.fallback)
	}
	for _, address := range candidates {
		server, err := net.DialTimeout("tcp", address, 3*time.Second)
		if err != nil {
			continue
		}
		// The server that answered is asked first from now on.
		b.prefer(address)
		pipe(conn, server)
		return
	}
	logrus.Debugf("Load balancer has no server that answers: %v", candidates)
}

func (b *balancer) prefer(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.servers, address); i > 0 {
		b.servers = append([]string{address}, slices.Delete(slices.Clone(b.servers), i, i+1)...)
	}
}

func pipe(a, b net.Conn) {
	defer b.Close()
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{a, b}, {b, a}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			done <- struct{}{}
		}()
	}
	<-done
}
