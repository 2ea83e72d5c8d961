package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiserverv1 "k8s.io/apiserver/pkg/apis/apiserver/v1"
)

const (
	hashAnnotation = "k3s.io/encryption-config-hash"

	stageStart    = "start"
	stagePrepare  = "prepare"
	stageRotate   = "rotate"
	stageRotating = "rotate_keys"
	stageActive   = "reencrypt_active"
	stageRequest  = "reencrypt_request"
	stageFinished = "reencrypt_finished"
)

// encryptionKeys are the keys of the configuration in their order, the first one encrypting.
type encryptionKeys struct {
	aescbc, secretbox []apiserverv1.Key
	provider          string
	enabled           bool
}

func newEncryptionKey(provider string) apiserverv1.Key {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		panic(err)
	}
	return apiserverv1.Key{Name: provider + "key-" + time.Now().UTC().Format("2006-01-02T15:04:05Z"), Secret: base64.StdEncoding.EncodeToString(secret)}
}

func ensureEncryptionConfig(paths dataPaths, provider string) error {
	file := paths.cred("encryption-config.json")
	if exists(file) {
		return nil
	}
	keys := &encryptionKeys{provider: provider, enabled: true}
	key := newEncryptionKey(provider)
	key.Name = provider + "key"
	keys.add(key)
	if err := keys.write(file); err != nil {
		return err
	}
	hash, err := fileHash(file)
	if err != nil {
		return err
	}
	return writeFile(paths.cred("encryption-state.json"), []byte(stageStart+"-"+hash), 0600)
}

func (k *encryptionKeys) list() *[]apiserverv1.Key {
	if k.provider == "secretbox" {
		return &k.secretbox
	}
	return &k.aescbc
}

func (k *encryptionKeys) add(key apiserverv1.Key) { *k.list() = append(*k.list(), key) }

// write puts the provider in use first; `identity` stands first while encryption is off.
func (k *encryptionKeys) write(file string) error {
	var providers []apiserverv1.ProviderConfiguration
	cbc := apiserverv1.ProviderConfiguration{AESCBC: &apiserverv1.AESConfiguration{Keys: k.aescbc}}
	box := apiserverv1.ProviderConfiguration{Secretbox: &apiserverv1.SecretboxConfiguration{Keys: k.secretbox}}
	order := []apiserverv1.ProviderConfiguration{cbc, box}
	if k.provider == "secretbox" {
		order = []apiserverv1.ProviderConfiguration{box, cbc}
	}
	for _, provider := range order {
		if provider.AESCBC != nil && len(k.aescbc) > 0 || provider.Secretbox != nil && len(k.secretbox) > 0 {
			providers = append(providers, provider)
		}
	}
	identity := apiserverv1.ProviderConfiguration{Identity: &apiserverv1.IdentityConfiguration{}}
	if k.enabled {
		providers = append(providers, identity)
	} else {
		providers = append([]apiserverv1.ProviderConfiguration{identity}, providers...)
	}
	data, err := json.Marshal(apiserverv1.EncryptionConfiguration{
		TypeMeta:  metav1.TypeMeta{Kind: "EncryptionConfiguration", APIVersion: "apiserver.config.k8s.io/v1"},
		Resources: []apiserverv1.ResourceConfiguration{{Resources: []string{"secrets"}, Providers: providers}},
	})
	if err != nil {
		return err
	}
	return writeFile(file, data, 0600)
}

func readEncryptionKeys(file, provider string) (*encryptionKeys, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var config apiserverv1.EncryptionConfiguration
	if err := json.Unmarshal(data, &config); err != nil {
		return nil, err
	}
	if len(config.Resources) == 0 || len(config.Resources[0].Providers) == 0 {
		return nil, errors.New("encryption configuration holds no provider")
	}
	keys := &encryptionKeys{provider: provider, enabled: config.Resources[0].Providers[0].Identity == nil}
	for _, entry := range config.Resources[0].Providers {
		if entry.AESCBC != nil {
			keys.aescbc = entry.AESCBC.Keys
		}
		if entry.Secretbox != nil {
			keys.secretbox = entry.Secretbox.Keys
		}
	}
	return keys, nil
}

func fileHash(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

func (s *server) encryptionFile() string { return s.paths.cred("encryption-config.json") }

func (s *server) encryptionKeys() (*encryptionKeys, error) {
	provider := s.opts.text("secrets-encryption-provider")
	if provider == "" {
		provider = "aescbc"
	}
	return readEncryptionKeys(s.encryptionFile(), provider)
}

// startEncryptionAnnotation notes on the Node which configuration this server started with.
func (s *server) startEncryptionAnnotation(ctx context.Context) {
	state, err := os.ReadFile(s.paths.cred("encryption-state.json"))
	if err != nil {
		return
	}
	stage, _, _ := strings.Cut(string(state), "-")
	for s.setStage(ctx, stage, true) != nil {
		if !sleep(ctx, time.Second) {
			return
		}
	}
}

// setStage writes stage and hash onto this server's Node and, unless the stage is passing, into the file that servers share.
func (s *server) setStage(ctx context.Context, stage string, passing bool) error {
	hash, err := fileHash(s.encryptionFile())
	if err != nil {
		return err
	}
	text := stage + "-" + hash
	if err := s.patchNode(ctx, s.name, nil, map[string]any{hashAnnotation: text}); err != nil {
		return err
	}
	if passing {
		return nil
	}
	return writeFile(s.paths.cred("encryption-state.json"), []byte(text), 0600)
}

// checkStages compares the servers, and that the stage of this one is among those given.
func (s *server) checkStages(ctx context.Context, allowed ...string) error {
	nodes, err := s.clients().CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: controlPlaneLabel + "=true"})
	if err != nil {
		return err
	}
	first := ""
	var firstNode string
	for _, node := range nodes.Items {
		text, ok := node.Annotations[hashAnnotation]
		if !ok {
			continue
		}
		if first == "" {
			first, firstNode = text, node.Name
		} else if text != first {
			return fmt.Errorf("hash does not match between %s and %s", firstNode, node.Name)
		}
	}
	if len(allowed) == 0 {
		return nil
	}
	stage, hash, _ := strings.Cut(first, "-")
	current, err := fileHash(s.encryptionFile())
	if err != nil {
		return err
	}
	if !slices.Contains(allowed, stage) {
		return fmt.Errorf("incorrect stage: %s found on node %s", stage, firstNode)
	}
	if hash != current {
		return fmt.Errorf("invalid hash: %s found on node %s", hash, firstNode)
	}
	return nil
}

type encryptionState struct {
	Stage        string   `json:"stage"`
	ActiveKey    string   `json:"activekey"`
	Enable       *bool    `json:"enable,omitempty"`
	HashMatch    bool     `json:"hashmatch,omitempty"`
	HashError    string   `json:"hasherror,omitempty"`
	InactiveKeys []string `json:"inactivekeys,omitempty"`
}

func (v *supervisor) serveEncryptionStatus(w http.ResponseWriter, req *http.Request, _ *identity) {
	s := v.server
	if s.clients() == nil {
		sendError(w, http.StatusInternalServerError, "runtime core not ready")
		return
	}
	state := encryptionState{}
	keys, err := s.encryptionKeys()
	if os.IsNotExist(err) {
		sendJSON(w, state)
		return
	}
	if err != nil {
		sendError(w, http.StatusInternalServerError, "secret-encrypt error: "+err.Error())
		return
	}
	state.Enable = &keys.enabled
	if err := s.checkStages(req.Context()); err != nil {
		state.HashError = err.Error()
	} else {
		state.HashMatch = true
	}
	if node, err := s.clients().CoreV1().Nodes().Get(req.Context(), s.name, metav1.GetOptions{}); err == nil {
		state.Stage, _, _ = strings.Cut(node.Annotations[hashAnnotation], "-")
	}
	var names []string
	for _, key := range keys.aescbc {
		names = append(names, "AES-CBC "+key.Name)
	}
	for _, key := range keys.secretbox {
		names = append(names, "XSalsa20-POLY1305 "+key.Name)
	}
	if keys.enabled && len(names) > 0 {
		state.ActiveKey, names = names[0], names[1:]
	}
	state.InactiveKeys = names
	sendJSON(w, state)
}

type encryptionRequest struct {
	Stage  *string `json:"stage,omitempty"`
	Enable *bool   `json:"enable,omitempty"`
	Force  bool    `json:"force"`
	Skip   bool    `json:"skip"`
}

func (v *supervisor) serveEncryptionConfig(w http.ResponseWriter, req *http.Request, _ *identity) {
	var asked encryptionRequest
	if req.Method != http.MethodPut || json.NewDecoder(req.Body).Decode(&asked) != nil {
		sendError(w, http.StatusBadRequest, "bad request")
		return
	}
	if v.server.clients() == nil {
		sendError(w, http.StatusServiceUnavailable, "runtime core not ready")
		return
	}
	// The work goes on when the caller hangs up.
	if err := v.server.changeEncryption(context.WithoutCancel(req.Context()), asked); err != nil {
		logrus.Errorf("secret-encrypt error: %v", err)
		sendError(w, http.StatusBadRequest, "secret-encrypt error: "+err.Error())
	}
}

func (s *server) changeEncryption(ctx context.Context, asked encryptionRequest) error {
	if asked.Enable != nil {
		return s.enableEncryption(ctx, *asked.Enable)
	}
	if asked.Stage == nil {
		return errors.New("nothing asked for")
	}
	keys, err := s.encryptionKeys()
	if err != nil {
		return err
	}
	legacy := func(name string, allowed ...string) error {
		if err := s.checkStages(ctx, allowed...); err != nil && !asked.Force {
			return err
		}
		if keys.provider == "secretbox" {
			return errors.New(name + " does not support secretbox key type, use rotate-keys instead")
		}
		return nil
	}
	switch *asked.Stage {
	case stagePrepare:
		if err := legacy(stagePrepare, stageStart, stageFinished); err != nil {
			return err
		}
		keys.add(newEncryptionKey(keys.provider))
		return s.applyKeys(ctx, keys, stagePrepare)
	case stageRotate:
		if err := legacy(stageRotate, stagePrepare); err != nil {
			return err
		}
		keys.turn()
		return s.applyKeys(ctx, keys, stageRotate)
	case stageActive:
		if err := legacy("reencrypt", stageRotate); err != nil {
			return err
		}
		if err := s.setStage(ctx, stageActive, true); err != nil {
			return err
		}
		go func() {
			if err := s.reencrypt(s.ctx, asked.Skip); err != nil {
				logrus.Errorf("Failed to reencrypt: %v", err)
			}
		}()
		return nil
	case stageRotating:
		return s.rotateKeys(ctx, keys)
	}
	return fmt.Errorf("unknown stage %s requested", *asked.Stage)
}

// turn puts the newest key of the provider first.
func (k *encryptionKeys) turn() {
	list := k.list()
	last := len(*list) - 1
	*list = append([]apiserverv1.Key{(*list)[last]}, (*list)[:last]...)
}

func (s *server) applyKeys(ctx context.Context, keys *encryptionKeys, stage string) error {
	if err := keys.write(s.encryptionFile()); err != nil {
		return err
	}
	if err := s.setStage(ctx, stage, false); err != nil {
		return err
	}
	return s.saveBootstrap(ctx, true)
}

func (s *server) rotateKeys(ctx context.Context, keys *encryptionKeys) error {
	if err := s.checkStages(ctx, stageStart, stageFinished); err != nil {
		return err
	}
	if err := s.setStage(ctx, stageActive, true); err != nil {
		return err
	}
	keys.enabled = true
	keys.add(newEncryptionKey(keys.provider))
	keys.turn()
	if err := keys.write(s.encryptionFile()); err != nil {
		return err
	}
	if err := s.saveBootstrap(ctx, true); err != nil {
		return err
	}
	return s.reencrypt(ctx, false)
}

// waitForReload returns when this server's kube-apiserver has loaded the configuration that is on disk.
func (s *server) waitForReload(ctx context.Context) error {
	data, err := os.ReadFile(s.encryptionFile())
	if err != nil {
		return err
	}
	// The metric names the hash of the configuration in use.
	wanted := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
	for range 60 {
		text, err := s.clients().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
		if err == nil && strings.Contains(string(text), wanted) {
			return nil
		}
		if !sleep(ctx, time.Second) {
			return ctx.Err()
		}
	}
	return errors.New("timed out waiting for apiserver to reload its encryption config")
}

// reencrypt waits for the API server to load the new keys, writes every Secret again, and drops the oldest key.
func (s *server) reencrypt(ctx context.Context, keepKey bool) error {
	if err := s.waitForReload(ctx); err != nil {
		return err
	}
	secrets, err := s.clients().CoreV1().Secrets("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range secrets.Items {
		if err := s.rewrite(ctx, &secrets.Items[i]); err != nil {
			return err
		}
	}
	logrus.Infof("Updated %d secrets", len(secrets.Items))
	if keepKey {
		s.startEncryptionAnnotation(ctx)
		return nil
	}
	keys, err := s.encryptionKeys()
	if err != nil {
		return err
	}
	if list := keys.list(); len(*list) > 1 {
		*list = (*list)[:len(*list)-1]
	} else if keys.provider == "secretbox" {
		keys.aescbc = nil
	} else {
		keys.secretbox = nil
	}
	return s.applyKeys(ctx, keys, stageFinished)
}

func (s *server) rewrite(ctx context.Context, secret *corev1.Secret) error {
	// Immutable Secrets can be written as long as their data stays.
	_, err := s.clients().CoreV1().Secrets(secret.Namespace).Update(ctx, secret, metav1.UpdateOptions{})
	if err == nil || strings.Contains(err.Error(), "not found") || strings.Contains(err.Error(), "has been modified") {
		return nil
	}
	return err
}

func (s *server) enableEncryption(ctx context.Context, enable bool) error {
	keys, err := s.encryptionKeys()
	if os.IsNotExist(err) && enable {
		// As K3s: the configuration starts with no key; restart with secrets-encryption, then rotate-keys.
		fresh := &encryptionKeys{provider: "aescbc"}
		if err := fresh.write(s.encryptionFile()); err != nil {
			return err
		}
		hash, err := fileHash(s.encryptionFile())
		if err != nil {
			return err
		}
		if err := writeFile(s.paths.cred("encryption-state.json"), []byte(stageStart+"-"+hash), 0600); err != nil {
			return err
		}
		return s.saveBootstrap(ctx, true)
	}
	if err != nil {
		return err
	}
	if keys.enabled == enable {
		logrus.Infof("Secrets encryption is already as asked (enabled: %v)", enable)
		return nil
	}
	if enable && len(*keys.list()) == 0 {
		return fmt.Errorf("cannot enable secrets encryption with %s key type, no keys found", keys.provider)
	}
	keys.enabled = enable
	state, _ := os.ReadFile(s.paths.cred("encryption-state.json"))
	stage, _, _ := strings.Cut(string(state), "-")
	if err := s.applyKeys(ctx, keys, stage); err != nil {
		return err
	}
	return s.reencrypt(ctx, true)
}
