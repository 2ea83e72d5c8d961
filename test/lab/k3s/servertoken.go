package main

import (
	"os"
	"strings"

	"github.com/sirupsen/logrus"
)

// currentToken is the password of the cluster: from the options, else from the file; empty on the very first start without either.
func (s *serverSettings) currentToken() (string, error) {
	text := s.token
	if text == "" {
		data, err := os.ReadFile(s.paths.server("token"))
		if os.IsNotExist(err) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		text = strings.TrimSpace(string(data))
	}
	return normalizedToken(text)
}

// ensureSecrets makes certificates, passwords and the encryption configuration that are not there yet.
func (s *server) ensureSecrets() error {
	if err := s.ensureAuthorities(); err != nil {
		return err
	}
	if err := s.ensureLeaves(); err != nil {
		return err
	}
	if err := s.ensurePasswords(); err != nil {
		return err
	}
	if s.encryption {
		if err := ensureEncryptionConfig(s.paths, s.opts.text("secrets-encryption-provider")); err != nil {
			return err
		}
	}
	s.snapshots = newSnapshotter(s)
	return nil
}

func (s *server) ensurePasswords() error {
	path := s.paths.cred("passwd")
	file, err := readPasswd(path)
	if err != nil {
		return err
	}
	password, err := s.currentToken()
	if err != nil {
		return err
	}
	if password == "" {
		password = file["server"].password
	}
	if password == "" {
		password = randomHex(16)
	}
	agentPassword := password
	if s.agentToken != "" {
		if agentPassword, err = normalizedToken(s.agentToken); err != nil {
			return err
		}
	}
	file.set("server", serverGroup, password)
	file.set("node", agentGroup, agentPassword)
	s.agentPassword = agentPassword
	if s.token == "" {
		// From here on it is known, as if it had been given.
		s.token = password
	}
	return file.write(path)
}

// writeTokens writes the files that nodes join with; without a separate agent token they are links to one file.
func (s *server) writeTokens() error {
	file, err := readPasswd(s.paths.cred("passwd"))
	if err != nil {
		return err
	}
	if err := s.writeToken("token", "server:"+file["server"].password); err != nil {
		return err
	}
	if err := linkToken(s.paths.server("token"), s.paths.server("node-token")); err != nil {
		return err
	}
	logrus.Infof("Server node token is available at %s", s.paths.server("token"))
	logrus.Infof("To join server node to cluster: k3s server -s https://%s -t ${SERVER_NODE_TOKEN}", hostPort(s.ip(), s.supervisor))
	if s.agentToken == "" {
		err = linkToken(s.paths.server("token"), s.paths.server("agent-token"))
	} else {
		if info, statErr := os.Lstat(s.paths.server("agent-token")); statErr == nil && info.Mode()&os.ModeSymlink != 0 {
			_ = os.Remove(s.paths.server("agent-token"))
		}
		err = s.writeToken("agent-token", "node:"+file["node"].password)
	}
	if err != nil {
		return err
	}
	logrus.Infof("Agent node token is available at %s", s.paths.server("agent-token"))
	logrus.Infof("To join agent node to cluster: k3s agent -s https://%s -t ${AGENT_NODE_TOKEN}", hostPort(s.ip(), s.supervisor))
	return nil
}

func (s *server) writeToken(name, creds string) error {
	token, err := formatToken(creds, s.paths.tls("server-ca.crt"))
	if err != nil {
		return err
	}
	return writeFile(s.paths.server(name), []byte(token+"\n"), 0600)
}

func linkToken(target, link string) error {
	if to, err := os.Readlink(link); err == nil && to == target {
		return nil
	}
	if err := os.RemoveAll(link); err != nil {
		return err
	}
	return os.Symlink(target, link)
}
