package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var errPasswordMismatch = errors.New("hash does not match")

func (v *supervisor) serveKubeletServingCert(w http.ResponseWriter, req *http.Request, who *identity) {
	name := v.checkNode(w, req, who)
	if name == "" {
		return
	}
	ips := loopback()
	for text := range strings.SplitSeq(req.Header.Get("K3s-Node-Ip"), ",") {
		if ip := net.ParseIP(text); ip != nil {
			ips = append(ips, ip)
		}
	}
	v.signRequest(w, req, "server-ca", certRequest{name: name, usages: serverUse, dns: []string{name, "localhost"}, ips: ips})
}

func (v *supervisor) serveKubeletClientCert(w http.ResponseWriter, req *http.Request, who *identity) {
	if name := v.checkNode(w, req, who); name != "" {
		v.signRequest(w, req, "client-ca", certRequest{name: "system:node:" + name, groups: []string{"system:nodes"}, usages: clientUse})
	}
}

func (v *supervisor) signRequest(w http.ResponseWriter, req *http.Request, caName string, wanted certRequest) {
	body, err := io.ReadAll(io.LimitReader(req.Body, 1<<20))
	if err != nil {
		sendError(w, http.StatusBadRequest, err.Error())
		return
	}
	csr, err := x509.ParseCertificateRequest(body)
	if err != nil {
		sendError(w, http.StatusBadRequest, err.Error())
		return
	}
	ca, err := loadCA(v.server.paths.tls(caName+".crt"), v.server.paths.tls(caName+".key"))
	if err != nil {
		sendError(w, http.StatusInternalServerError, err.Error())
		return
	}
	chain, err := ca.sign(wanted, csr.PublicKey)
	if err != nil {
		sendError(w, http.StatusInternalServerError, err.Error())
		return
	}
	_, _ = w.Write(chain)
}

// checkNode ties a node's name to the password of its machine: the first to come with a name sets it. It answers and returns an empty
// name when it refuses.
func (v *supervisor) checkNode(w http.ResponseWriter, req *http.Request, who *identity) string {
	name, password := strings.ToLower(req.Header.Get("K3s-Node-Name")), req.Header.Get("K3s-Node-Password")
	switch {
	case name == "":
		sendError(w, http.StatusBadRequest, "node name not set")
		return ""
	case password == "":
		sendError(w, http.StatusBadRequest, "node password not set")
		return ""
	}
	own, isNode := strings.CutPrefix(who.user, "system:node:")
	if isNode && own != name {
		sendError(w, http.StatusBadRequest, "header node name does not match auth node name")
		return ""
	}
	if v.server.clients() == nil {
		if name != v.server.name {
			sendError(w, http.StatusServiceUnavailable, "runtime core not ready")
			return ""
		}
		logrus.Infof("Password verified locally for node %s", name)
		go v.ensureLater(name, password)
		return name
	}
	ctx := req.Context()
	if isNode {
		if _, err := v.server.clients().CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{}); err != nil {
			sendError(w, http.StatusUnauthorized, "unable to verify node identity: "+err.Error())
			return ""
		}
	}
	err := v.ensureNodePassword(ctx, name, password)
	if errors.Is(err, errPasswordMismatch) {
		sendError(w, http.StatusForbidden, "unable to verify password for node "+name+": "+err.Error())
		return ""
	}
	if err != nil {
		logrus.Warnf("Failed to ensure node-password secret for node %s: %v", name, err)
		go v.ensureLater(name, password)
	}
	return name
}

func (v *supervisor) ensureLater(name, password string) {
	for sleep(v.server.ctx, 2*time.Second) {
		if v.server.clients() == nil {
			continue
		}
		if err := v.ensureNodePassword(v.server.ctx, name, password); err == nil || errors.Is(err, errPasswordMismatch) {
			return
		}
	}
}

func (v *supervisor) ensureNodePassword(ctx context.Context, node, password string) error {
	secrets := v.server.clients().CoreV1().Secrets("kube-system")
	name := node + ".node-password.k3s"
	found, err := secrets.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		salt := randomHex(8)
		immutable := true
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "kube-system"}, Immutable: &immutable,
			Data: map[string][]byte{"hash": []byte(salt + ":" + hashPassword(salt, password))}}
		_, err = secrets.Create(ctx, secret, metav1.CreateOptions{})
		return err
	}
	if err != nil {
		return err
	}
	salt, hash, _ := strings.Cut(string(found.Data["hash"]), ":")
	if subtle.ConstantTimeCompare([]byte(hash), []byte(hashPassword(salt, password))) != 1 {
		return errPasswordMismatch
	}
	return nil
}

func hashPassword(salt, password string) string {
	sum := sha256.Sum256([]byte(salt + password))
	return hex.EncodeToString(sum[:])
}
