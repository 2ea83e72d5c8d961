package main

import (
	"context"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const bootstrapGroup = "system:bootstrappers:k3s:default-node-token"

type identity struct {
	user   string
	groups []string
}

var errBadCredentials = errors.New("invalid credentials")

func readFile(path string) ([]byte, error) { return os.ReadFile(path) }

// authorize answers the request itself, and returns nil, when the caller is in none of the groups.
func (v *supervisor) authorize(w http.ResponseWriter, req *http.Request, groups ...string) *identity {
	who, err := v.authenticate(req)
	if err != nil {
		logrus.Errorf("Failed to authenticate request from %s: %v", req.RemoteAddr, err)
		sendError(w, http.StatusUnauthorized, "not authorized")
		return nil
	}
	if who == nil || !slices.ContainsFunc(who.groups, func(group string) bool { return slices.Contains(groups, group) }) {
		sendError(w, http.StatusForbidden, "forbidden")
		return nil
	}
	return who
}

// authenticate returns nil where there are no credentials, and an error where they are wrong.
func (v *supervisor) authenticate(req *http.Request) (*identity, error) {
	if who := v.fromCertificate(req); who != nil {
		return who, nil
	}
	if user, password, ok := req.BasicAuth(); ok {
		file, err := readPasswd(v.server.paths.cred("passwd"))
		if err != nil {
			return nil, err
		}
		entry, known := file[user]
		if !known || subtle.ConstantTimeCompare([]byte(entry.password), []byte(password)) != 1 {
			return nil, errBadCredentials
		}
		return &identity{user, entry.groups}, nil
	}
	if token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok && bootstrapToken.MatchString(token) {
		return v.fromBootstrapToken(req.Context(), token)
	}
	return nil, nil
}

func (v *supervisor) fromCertificate(req *http.Request) *identity {
	if req.TLS == nil || len(req.TLS.PeerCertificates) == 0 {
		return nil
	}
	pool, err := certPool(v.server.paths.tls("client-ca.crt"))
	if err != nil {
		return nil
	}
	cert := req.TLS.PeerCertificates[0]
	if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: clientUse}); err != nil {
		return nil
	}
	return &identity{cert.Subject.CommonName, cert.Subject.Organization}
}

func (v *supervisor) fromBootstrapToken(ctx context.Context, token string) (*identity, error) {
	if v.server.clients() == nil {
		return nil, errBadCredentials
	}
	id, secret, _ := strings.Cut(token, ".")
	found, err := v.server.clients().CoreV1().Secrets("kube-system").Get(ctx, "bootstrap-token-"+id, metav1.GetOptions{})
	if err != nil || found.DeletionTimestamp != nil {
		return nil, errBadCredentials
	}
	if subtle.ConstantTimeCompare(found.Data["token-secret"], []byte(secret)) != 1 || string(found.Data["usage-bootstrap-authentication"]) != "true" {
		return nil, errBadCredentials
	}
	if text := string(found.Data["expiration"]); text != "" {
		if end, err := time.Parse(time.RFC3339, text); err != nil || time.Now().After(end) {
			return nil, errBadCredentials
		}
	}
	groups := strings.Split(string(found.Data["auth-extra-groups"]), ",")
	return &identity{"system:bootstrap:" + id, append(groups, "system:bootstrappers")}, nil
}
