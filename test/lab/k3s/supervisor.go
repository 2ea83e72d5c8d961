package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/sirupsen/logrus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// supervisor is the listener on 6443: what K3s's own nodes ask for, and before the API server everything else.
type supervisor struct {
	server  *server
	handler atomic.Pointer[http.Handler]
}

func (v *supervisor) listen(ctx context.Context) error {
	s := v.server
	cert, key, err := s.ensureDynamicCert()
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(s.opts.text("bind-address"), strconv.Itoa(s.supervisor)))
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	web := &http.Server{Handler: v, TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0)}
	go func() {
		if err := web.ServeTLS(listener, "", ""); err != nil && !errors.Is(err, http.ErrServerClosed) {
			logrus.Fatalf("server stopped: %v", err)
		}
	}()
	go func() {
		<-ctx.Done()
		web.Close()
	}()
	return nil
}

func (v *supervisor) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if strings.HasPrefix(req.URL.Path, "/db/") {
		v.serveDatabase(w, req)
		return
	}
	handler := v.handler.Load()
	if handler == nil {
		sendError(w, http.StatusServiceUnavailable, "starting")
		return
	}
	(*handler).ServeHTTP(w, req)
}

// open replaces the answer "starting" by the real handlers.
func (v *supervisor) open() {
	var handler http.Handler = http.HandlerFunc(v.route)
	v.handler.Store(&handler)
}

func (v *supervisor) route(w http.ResponseWriter, req *http.Request) {
	path := req.URL.Path
	switch {
	case path == "/ping":
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "pong")
	case path == "/cacerts":
		v.serveFile(w, "text/plain", "server-ca.crt")
	case strings.HasPrefix(path, "/static/"):
		http.StripPrefix("/static/", http.FileServer(http.Dir(v.server.paths.server("static")))).ServeHTTP(w, req)
	case strings.HasPrefix(path, "/v1-k3s/"):
		v.serveNode(w, req, strings.TrimPrefix(path, "/v1-k3s"))
	default:
		v.server.proxy.ServeHTTP(w, req)
	}
}

type handlerFunc func(w http.ResponseWriter, req *http.Request, who *identity)

// serveNode answers /v1-k3s: what agents may ask, and what only servers may.
func (v *supervisor) serveNode(w http.ResponseWriter, req *http.Request, path string) {
	forAgents := map[string]handlerFunc{
		"/serving-kubelet.crt": v.serveKubeletServingCert,
		"/client-kubelet.crt":  v.serveKubeletClientCert,
		"/client-ca.crt": func(w http.ResponseWriter, _ *http.Request, _ *identity) {
			v.serveFile(w, "text/plain", "client-ca.crt")
		},
		"/server-ca.crt": func(w http.ResponseWriter, _ *http.Request, _ *identity) {
			v.serveFile(w, "text/plain", "server-ca.crt")
		},
		"/apiservers": v.serveAPIServers,
		"/config":     v.serveConfig,
		"/readyz":     v.serveReadyz,
	}
	forServers := map[string]handlerFunc{
		"/server-bootstrap": v.serveBootstrap,
		"/token":            v.serveTokenRotation,
		"/encrypt/status":   v.serveEncryptionStatus,
		"/encrypt/config":   v.serveEncryptionConfig,
		"/cert/cacerts":     v.serveCAReplacement,
	}
	if handle, ok := forServers[path]; ok {
		if who := v.authorize(w, req, serverGroup); who != nil {
			handle(w, req, who)
		}
		return
	}
	who := v.authorize(w, req, agentGroup, "system:nodes", bootstrapGroup)
	if who == nil {
		return
	}
	if handle, ok := forAgents[path]; ok {
		handle(w, req, who)
		return
	}
	http.NotFound(w, req)
}

func (v *supervisor) serveDatabase(w http.ResponseWriter, req *http.Request) {
	s := v.server
	if s.etcd == nil {
		sendError(w, http.StatusBadRequest, "etcd datastore disabled")
		return
	}
	if host, _, _ := net.SplitHostPort(req.RemoteAddr); !(req.URL.Path == "/db/info" && net.ParseIP(host).IsLoopback()) {
		if v.authorize(w, req, serverGroup) == nil {
			return
		}
	}
	switch req.URL.Path {
	case "/db/info":
		v.serveMembers(w, req)
	case "/db/snapshot":
		v.serveSnapshot(w, req)
	default:
		http.NotFound(w, req)
	}
}

func (v *supervisor) serveMembers(w http.ResponseWriter, req *http.Request) {
	if v.server.etcd.client == nil {
		sendError(w, http.StatusInternalServerError, "failed to get etcd MemberList: etcd not started")
		return
	}
	members, err := v.server.etcd.members(req.Context())
	if err != nil {
		sendError(w, http.StatusInternalServerError, "failed to get etcd MemberList: "+err.Error())
		return
	}
	sendJSON(w, memberInfo{Members: members})
}

func (v *supervisor) serveFile(w http.ResponseWriter, kind, name string) {
	data, err := readFile(v.server.paths.tls(name))
	if err != nil {
		sendError(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data)
}

func sendJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

var statusReasons = map[int]metav1.StatusReason{
	http.StatusUnauthorized: metav1.StatusReasonUnauthorized, http.StatusForbidden: metav1.StatusReasonForbidden,
	http.StatusServiceUnavailable: metav1.StatusReasonServiceUnavailable, http.StatusBadRequest: metav1.StatusReasonBadRequest,
	http.StatusInternalServerError: metav1.StatusReasonInternalError,
}

func sendError(w http.ResponseWriter, code int, message string) {
	status := metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, ListMeta: metav1.ListMeta{},
		Status: metav1.StatusFailure, Message: message, Reason: statusReasons[code], Code: int32(code),
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(status)
}
