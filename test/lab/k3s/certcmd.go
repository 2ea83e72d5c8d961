package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"crypto/x509"

	"github.com/sirupsen/logrus"
)

// certServices are the groups of `k3s certificate`, in K3s's names.
func (p dataPaths) certServices() map[string][]string {
	return map[string][]string{
		"admin":              {p.tls("client-admin")},
		"api-server":         {p.tls("client-kube-apiserver"), p.tls("serving-kube-apiserver")},
		"controller-manager": {p.tls("client-controller"), p.tls("kube-controller-manager/kube-controller-manager")},
		"scheduler":          {p.tls("client-scheduler"), p.tls("kube-scheduler/kube-scheduler")},
		"supervisor":         {p.tls("client-supervisor")},
		"cloud-controller":   {p.tls("client-k3s-cloud-controller")},
		"k3s-controller":     {p.tls("client-k3s-controller"), p.agent("client-k3s-controller")},
		"auth-proxy":         {p.tls("client-auth-proxy")},
		"etcd":               {p.etcdTLS("client"), p.etcdTLS("server-client"), p.etcdTLS("peer-server-client")},
		"kube-proxy":         {p.tls("client-kube-proxy"), p.agent("client-kube-proxy")},
		"kubelet":            {p.agent("client-kubelet"), p.agent("serving-kubelet")},
		"k3s-server":         {},
	}
}

var agentServices = []string{"k3s-controller", "kube-proxy", "kubelet"}

func runCertificateCommand(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: k3s certificate check|rotate|rotate-ca [OPTIONS]")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(discard{})
	root := flags.String("data-dir", os.Getenv("K3S_DATA_DIR"), "")
	flags.StringVar(root, "d", *root, "")
	output := flags.String("output", "text", "")
	flags.StringVar(output, "o", "text", "")
	path, force := flags.String("path", "", ""), flags.Bool("force", false, "")
	address := flags.String("server", "https://127.0.0.1:6443", "")
	var services listFlag
	flags.Var(&services, "service", "")
	flags.Var(&services, "s", "")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	paths := dataPaths{*root}
	if *root == "" {
		paths.root = defaultDataDir
	}
	switch args[0] {
	case "check":
		return checkCerts(paths, services, *output)
	case "rotate":
		return rotateCerts(paths, services)
	case "rotate-ca":
		return rotateCA(*address, *root, *path, *force)
	}
	return fmt.Errorf("No help topic for '%s'", args[0])
}

func selectServices(paths dataPaths, services []string, doing string) ([]string, error) {
	known := paths.certServices()
	for _, service := range services {
		if _, ok := known[service]; !ok {
			return nil, fmt.Errorf("%s is not a recognized service", service)
		}
	}
	if len(services) > 0 {
		return services, nil
	}
	if !exists(paths.server()) {
		logrus.Infof("Agent detected, %s agent certificates", doing)
		return agentServices, nil
	}
	logrus.Infof("Server detected, %s agent and server certificates", doing)
	for service := range known {
		services = append(services, service)
	}
	slices.Sort(services)
	return services, nil
}

type certStatus struct {
	Filename     string        `json:"filename"`
	Subject      string        `json:"subject"`
	Issuer       string        `json:"issuer"`
	Usages       []string      `json:"usages"`
	ExpiryTime   time.Time     `json:"expiryTime"`
	ResidualTime time.Duration `json:"residualTime"`
	Status       string        `json:"status"`
}

func checkCerts(paths dataPaths, services []string, output string) error {
	services, err := selectServices(paths, services, "checking")
	if err != nil {
		return err
	}
	var found []certStatus
	for _, service := range services {
		for _, file := range paths.certServices()[service] {
			data, err := os.ReadFile(file + ".crt")
			if err != nil {
				continue
			}
			certs, err := parseCerts(data)
			if err != nil {
				return err
			}
			for _, cert := range certs {
				found = append(found, describeCert(filepath.Base(file)+".crt", cert))
			}
		}
	}
	return printCerts(found, output)
}

func describeCert(file string, cert *x509.Certificate) certStatus {
	status := certStatus{Filename: file, Subject: cert.Subject.CommonName, Issuer: cert.Issuer.CommonName, ExpiryTime: cert.NotAfter, ResidualTime: time.Until(cert.NotAfter), Status: "OK"}
	for _, usage := range cert.ExtKeyUsage {
		status.Usages = append(status.Usages, map[x509.ExtKeyUsage]string{x509.ExtKeyUsageClientAuth: "ClientAuth", x509.ExtKeyUsageServerAuth: "ServerAuth"}[usage])
	}
	if cert.KeyUsage&x509.KeyUsageCertSign != 0 {
		status.Usages = append(status.Usages, "CertSign")
	}
	switch {
	case time.Now().After(cert.NotAfter):
		status.Status = "EXPIRED"
	case time.Now().Before(cert.NotBefore):
		status.Status, status.ExpiryTime = "NOT YET VALID", cert.NotBefore
	case status.ResidualTime < renewBefore:
		status.Status = "WARNING"
	}
	return status
}

func printCerts(found []certStatus, output string) error {
	switch output {
	case "text":
		for _, c := range found {
			line := fmt.Sprintf("%s: certificate %s (%s)", c.Filename, c.Subject, strings.Join(c.Usages, ","))
			switch when := c.ExpiryTime.Format(time.RFC3339); c.Status {
			case "EXPIRED":
				logrus.Errorf("%s expired at %s", line, when)
			case "NOT YET VALID":
				logrus.Errorf("%s is not valid before %s", line, when)
			case "WARNING":
				logrus.Warnf("%s will expire within 120 days at %s", line, when)
			default:
				logrus.Infof("%s is ok, expires at %s", line, when)
			}
		}
		return nil
	case "json":
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"certificates": found, "referenceTime": time.Now()})
	case "table":
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
		defer w.Flush()
		fmt.Fprint(w, "\nFILENAME\tSUBJECT\tUSAGES\tEXPIRES\tRESIDUAL TIME\tSTATUS\n--------\t-------\t------\t-------\t-------------\t------\n")
		for _, c := range found {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d days\t%s\n", c.Filename, c.Subject, strings.Join(c.Usages, ","), c.ExpiryTime.Format("Jan 02, 2006 15:04 MST"), int(c.ResidualTime.Hours()/24), c.Status)
		}
		return nil
	}
	return fmt.Errorf("invalid output format %s", output)
}

// rotateCerts removes certificates after it saved them; the next start makes new ones.
func rotateCerts(paths dataPaths, services []string) error {
	services, err := selectServices(paths, services, "rotating")
	if err != nil {
		return err
	}
	backup := paths.agent("tls-" + strconv.FormatInt(time.Now().Unix(), 10))
	if exists(paths.server("tls")) {
		backup = paths.server(filepath.Base(backup))
		if err := os.CopyFS(backup, os.DirFS(paths.server("tls"))); err != nil {
			return err
		}
	} else if err := os.MkdirAll(backup, 0700); err != nil {
		return err
	}
	for _, service := range services {
		if service == "k3s-server" {
			if err := writeFile(paths.tls("dynamic-cert-regenerate"), nil, 0600); err != nil {
				return err
			}
			logrus.Info("Rotating dynamic listener certificate")
		}
		logrus.Info("Rotating certificates for " + service)
		for _, file := range paths.certServices()[service] {
			for _, end := range []string{".crt", ".key"} {
				if data, err := os.ReadFile(file + end); err == nil {
					_ = writeFile(filepath.Join(backup, filepath.Base(file)+end), data, 0600)
					_ = os.Remove(file + end)
				}
			}
		}
	}
	logrus.Infof("Successfully backed up certificates to %s, please restart k3s server or agent to rotate certificates", backup)
	return nil
}

// rotateCA sends new authorities to the server, as the files of a bootstrap below `path`.
func rotateCA(address, root, path string, force bool) error {
	if path == "" {
		return errors.New("Required flag \"path\" not set")
	}
	server, err := serverAccess(address, root, "")
	if err != nil {
		return err
	}
	data, err := readBootstrapFiles(dataPaths{strings.TrimSuffix(path, "/server")})
	if err != nil {
		return err
	}
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	query := ""
	if force {
		query = "?force=true"
	}
	if _, err := server.send(http.MethodPut, "/v1-k3s/cert/cacerts"+query, body, requestTimeout); err != nil {
		return fmt.Errorf("see server log for details: %w", err)
	}
	fmt.Println("certificates saved to datastore")
	return nil
}

func (v *supervisor) serveCAReplacement(w http.ResponseWriter, req *http.Request, _ *identity) {
	var data bootstrapData
	if req.Method != http.MethodPut || json.NewDecoder(req.Body).Decode(&data) != nil || len(data["ServerCA"].Content) == 0 {
		sendError(w, http.StatusBadRequest, "no CA certificates in the request")
		return
	}
	s := v.server
	if err := s.replaceAuthorities(req, data); err != nil {
		logrus.Errorf("certificate error: %v", err)
		sendError(w, http.StatusInternalServerError, "certificate error: "+err.Error())
	}
}

// replaceAuthorities stores the new authorities; servers take them from the datastore when they restart.
func (s *server) replaceAuthorities(req *http.Request, fresh bootstrapData) error {
	current, err := readBootstrapFiles(s.paths)
	if err != nil {
		return err
	}
	oldHash, err := caHash(current["ServerCA"].Content)
	if err != nil {
		return err
	}
	newHash, err := caHash(fresh["ServerCA"].Content)
	if err != nil {
		return err
	}
	if oldHash != newHash && req.URL.Query().Get("force") != "true" {
		return errors.New("new CA is not signed by the current root CA; use --force to replace it anyway, and give all nodes a new token")
	}
	for key, file := range fresh {
		file.Timestamp = time.Now()
		current[key] = file
	}
	token, err := s.currentToken()
	if err != nil {
		return err
	}
	value, err := current.encrypt(token)
	if err != nil {
		return err
	}
	client, err := s.store.client(req.Context())
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.Put(req.Context(), bootstrapKey(token), string(value))
	return err
}
