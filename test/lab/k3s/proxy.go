package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

// apiProxy hands requests to the API server behind. A client certificate ends at this listener, so the name in it travels in the
// headers of an authenticating proxy; every other credential is passed on as it is.
type apiProxy struct {
	server            *server
	withIdentity      *httputil.ReverseProxy
	withoutIdentity   *httputil.ReverseProxy
	upgradeIdentified *httputil.ReverseProxy
	upgradePlain      *httputil.ReverseProxy
}

func newAPIProxy(s *server) (*apiProxy, error) {
	roots, err := certPool(s.paths.tls("server-ca.crt"))
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(s.paths.tls("client-auth-proxy.crt"), s.paths.tls("client-auth-proxy.key"))
	if err != nil {
		return nil, err
	}
	target := &url.URL{Scheme: "https", Host: fmt.Sprintf("127.0.0.1:%d", s.apiserverPort)}
	build := func(identified, http2 bool) *httputil.ReverseProxy {
		config := &tls.Config{RootCAs: roots}
		if identified {
			config.Certificates = []tls.Certificate{pair}
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.Transport = &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: http2, MaxIdleConnsPerHost: 50}
		proxy.FlushInterval = -1
		proxy.ErrorLog = log.New(io.Discard, "", 0)
		proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
			sendError(w, http.StatusServiceUnavailable, "apiserver not ready")
		}
		proxy.ModifyResponse = showVersion
		return proxy
	}
	return &apiProxy{s, build(true, true), build(false, true), build(true, false), build(false, false)}, nil
}

func (p *apiProxy) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if p.server.clients() == nil || !p.server.datastoreServes() {
		sendError(w, http.StatusServiceUnavailable, "apiserver not ready")
		return
	}
	for name := range req.Header {
		if strings.HasPrefix(name, "X-Remote-") {
			req.Header.Del(name)
		}
	}
	upgrade := req.Header.Get("Upgrade") != ""
	who := p.server.supervisorListener.fromCertificate(req)
	if who == nil {
		pick(upgrade, p.upgradePlain, p.withoutIdentity).ServeHTTP(w, req)
		return
	}
	req.Header.Set("X-Remote-User", who.user)
	for _, group := range who.groups {
		req.Header.Add("X-Remote-Group", group)
	}
	pick(upgrade, p.upgradeIdentified, p.withIdentity).ServeHTTP(w, req)
}

func pick(first bool, a, b *httputil.ReverseProxy) *httputil.ReverseProxy {
	if first {
		return a
	}
	return b
}

// showVersion lets /version name the release this file was stamped with; the library's own stands in the rest of the API.
func showVersion(resp *http.Response) error {
	if resp.Request.URL.Path != "/version" || resp.StatusCode != http.StatusOK {
		return nil
	}
	data, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return err
	}
	var info map[string]any
	if json.Unmarshal(data, &info) == nil {
		release, _ := parseRelease(version())
		info["gitVersion"], info["major"], info["minor"] = version(), strconv.Itoa(release[0]), strconv.Itoa(release[1])
		data, _ = json.MarshalIndent(info, "", "  ")
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	resp.ContentLength = int64(len(data))
	resp.Header.Set("Content-Length", strconv.Itoa(len(data)))
	resp.Header.Del("Content-Encoding")
	return nil
}
