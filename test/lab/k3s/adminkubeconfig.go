package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sirupsen/logrus"
)

// writeAdminKubeconfig writes k3s.yaml. K3s does so long before the API answers: the file is no sign of readiness.
func (s *serverSettings) writeAdminKubeconfig() error {
	ip := s.opts.text("bind-address")
	if ip == "" || ip == "0.0.0.0" || ip == "::" {
		ip = "127.0.0.1"
	}
	text, err := s.adminKubeconfig("https://" + hostPort(ip, s.httpsPort))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(globalKubeconfig), 0755); err != nil {
		return err
	}
	path := globalKubeconfig
	if output := s.opts.text("write-kubeconfig"); output != "" {
		path = output
	}
	if info, err := os.Lstat(globalKubeconfig); err == nil && info.Mode()&os.ModeSymlink != 0 {
		_ = os.Remove(globalKubeconfig)
	}
	mode := os.FileMode(0600)
	if wanted := s.opts.text("write-kubeconfig-mode"); wanted != "" {
		parsed, err := strconv.ParseInt(wanted, 8, 0)
		if err == nil {
			mode = os.FileMode(parsed)
		} else {
			logrus.Errorf("Failed to set %s to mode %s: %v", path, os.FileMode(parsed), err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0755); err != nil {
		return err
	}
	if err := writeFile(path, []byte(text), mode); err != nil {
		logrus.Errorf("Failed to generate kubeconfig: %v", err)
		return err
	}
	logrus.Infof("Wrote kubeconfig %s", path)
	if group := s.opts.text("write-kubeconfig-group"); group != "" {
		if err := setGroup(path, group); err != nil {
			logrus.Errorf("Failed to set %s to group %s: %v", path, group, err)
		}
	}
	if path != globalKubeconfig {
		_ = os.Remove(globalKubeconfig)
		if err := os.Symlink(path, globalKubeconfig); err != nil {
			logrus.Errorf("Failed to write kubeconfig symlink: %v", err)
		}
	}
	logrus.Info("Run: k3s kubectl")
	return nil
}

func setGroup(path, group string) error {
	gid, err := strconv.Atoi(group)
	if err != nil {
		found, err := user.LookupGroup(group)
		if err != nil {
			return err
		}
		if gid, err = strconv.Atoi(found.Gid); err != nil {
			return err
		}
	}
	return os.Chown(path, -1, gid)
}

func (s *serverSettings) adminKubeconfig(address string) (string, error) {
	name := s.opts.text("write-kubeconfig-name")
	if name == "" {
		name = "default"
	}
	encoded := map[string]string{}
	for key, file := range map[string]string{"CA_DATA": "server-ca.crt", "CERT_DATA": "client-admin.crt", "KEY_DATA": "client-admin.key"} {
		data, err := os.ReadFile(s.paths.tls(file))
		if err != nil {
			return "", fmt.Errorf("failed to read %s: %w", file, err)
		}
		encoded[key] = base64.StdEncoding.EncodeToString(data)
	}
	return strings.NewReplacer("SERVER", address, "NAME", name, "CA_DATA", encoded["CA_DATA"], "CERT_DATA", encoded["CERT_DATA"], "KEY_DATA", encoded["KEY_DATA"]).Replace(`apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: CA_DATA
    server: SERVER
  name: NAME
contexts:
- context:
    cluster: NAME
    user: NAME
  name: NAME
current-context: NAME
kind: Config
preferences: {}
users:
- name: NAME
  user:
    client-certificate-data: CERT_DATA
    client-key-data: KEY_DATA
`), nil
}
