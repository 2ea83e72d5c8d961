package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const requestTimeout = 10 * time.Second

// access is a checked way to a supervisor: its address, its CA, and credentials.
type access struct {
	base  string
	ca    []byte
	token joinToken
	cert  *tls.Certificate
}

type accessOption func(*access)

func asUser(name string) accessOption { return func(a *access) { a.token.user = name } }

// withKnownCA skips fetching the CA where the file is there and fits the token.
func withKnownCA(file string) accessOption {
	return func(a *access) {
		data, err := os.ReadFile(file)
		if err != nil {
			return
		}
		if hash, _ := caHash(data); a.token.caHash == "" || a.token.caHash == hash {
			a.ca, a.token.caHash = data, hash
		}
	}
}

func withClientCert(certFile, keyFile string) accessOption {
	return func(a *access) {
		if cert, err := tls.LoadX509KeyPair(certFile, keyFile); err == nil {
			a.cert = &cert
		}
	}
}

// newAccess fetches the CA of a server and compares it with the token. The password is not checked here.
func newAccess(server, token string, options ...accessOption) (*access, error) {
	parsed, err := parseToken(token)
	if err != nil {
		return nil, err
	}
	a := &access{token: parsed}
	for _, option := range options {
		option(a)
	}
	address, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("Invalid server url, failed to parse: %s: %w", server, err)
	}
	if address.Scheme != "https" {
		return nil, errors.New("only https:// URLs are supported, invalid scheme: " + server)
	}
	a.base = strings.TrimRight(address.String(), "/")
	if len(a.ca) == 0 {
		if err := a.fetchCA(); err != nil {
			return nil, err
		}
	}
	return a, a.checkCAHash()
}

func (a *access) fetchCA() error {
	ca, err := request(clientFor(nil, nil), http.MethodGet, a.base+"/cacerts", nil, nil)
	if err != nil {
		return fmt.Errorf("failed to get CA certs: %w", err)
	}
	if _, err := request(clientFor(ca, nil), http.MethodGet, a.base+"/cacerts", nil, nil); err != nil {
		return fmt.Errorf("CA cert validation failed: %w", err)
	}
	a.ca = ca
	return nil
}

func (a *access) checkCAHash() error {
	if a.token.caHash == "" {
		logrus.Warn("Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash. " +
			"Use the full token from the server's node-token file to enable Cluster CA validation.")
		return nil
	}
	hash, err := caHash(a.ca)
	if err != nil {
		return err
	}
	if hash != a.token.caHash {
		return fmt.Errorf("token CA hash does not match the Cluster CA certificate hash: %s != %s", a.token.caHash, hash)
	}
	return nil
}

func (a *access) authorize(req *http.Request) {
	if a.token.bootstrap != "" {
		req.Header.Set("Authorization", "Bearer "+a.token.bootstrap)
	} else if a.token.user != "" {
		req.SetBasicAuth(a.token.user, a.token.password)
	}
}

func (a *access) get(path string) ([]byte, error) {
	return a.send(http.MethodGet, path, nil, requestTimeout)
}

func (a *access) send(method, path string, body []byte, timeout time.Duration) ([]byte, error) {
	client := clientFor(a.ca, a.cert)
	client.Timeout = timeout
	return request(client, method, a.base+path, body, a.authorize)
}

func clientFor(ca []byte, cert *tls.Certificate) *http.Client {
	config := &tls.Config{InsecureSkipVerify: len(ca) == 0}
	if len(ca) > 0 {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(ca)
	}
	if cert != nil {
		config.Certificates = []tls.Certificate{*cert}
	}
	return &http.Client{Timeout: requestTimeout, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: config}}
}

func request(client *http.Client, method, address string, body []byte, prepare func(*http.Request)) ([]byte, error) {
	req, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if prepare != nil {
		prepare(req)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		return data, nil
	}
	return nil, statusError(resp, data)
}

// httpError keeps the code beside the message, which is that of a Status object where the server sent one.
type httpError struct {
	code    int
	message string
}

func (e *httpError) Error() string { return e.message }

func statusError(resp *http.Response, data []byte) error {
	var status metav1.Status
	if json.Unmarshal(data, &status) == nil && status.Kind == "Status" {
		return &httpError{resp.StatusCode, status.Message}
	}
	return &httpError{resp.StatusCode, fmt.Sprintf("%s: %s", resp.Request.URL, resp.Status)}
}
