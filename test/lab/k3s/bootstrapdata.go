package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
)

type bootstrapFile struct {
	Timestamp time.Time
	Content   []byte
}

type bootstrapData map[string]bootstrapFile

func readBootstrapFiles(paths dataPaths) (bootstrapData, error) {
	data := bootstrapData{}
	for key, path := range paths.bootstrapFiles() {
		info, err := os.Stat(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		data[key] = bootstrapFile{Timestamp: info.ModTime(), Content: content}
	}
	return data, nil
}

func (d bootstrapData) write(paths dataPaths) error {
	for key, path := range paths.bootstrapFiles() {
		file, ok := d[key]
		if !ok || len(file.Content) == 0 {
			continue
		}
		mode := os.FileMode(0600)
		if strings.HasSuffix(path, ".crt") {
			mode = 0644
		}
		if err := writeFile(path, file.Content, mode); err != nil {
			return err
		}
		if err := os.Chtimes(path, file.Timestamp, file.Timestamp); err != nil {
			return err
		}
	}
	return nil
}

// reconcile brings the files on disk to what the datastore says. A file on disk that is newer is refused, as by K3s.
func (d bootstrapData) reconcile(paths dataPaths, force bool) error {
	logrus.Info("Reconciling bootstrap data between datastore and disk")
	const clockSkew = 3
	var newer []string
	update := force
	for key, file := range d {
		path, known := paths.bootstrapFiles()[key]
		if !known {
			continue
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Equal(content, file.Content) {
			continue
		}
		update = true
		if info, statErr := os.Stat(path); statErr == nil && info.ModTime().Unix()-file.Timestamp.Unix() >= clockSkew {
			newer = append(newer, path)
		} else if statErr == nil {
			logrus.Warn(path + " will be updated from the datastore.")
		} else {
			logrus.Warn(path + " doesn't exist. continuing...")
		}
	}
	if len(newer) > 0 && !force {
		logrus.Fatal(strings.Join(newer, ", ") + " newer than datastore and could cause a cluster outage. Remove the file(s) from disk and restart to be recreated from datastore.")
	}
	if !update {
		return nil
	}
	logrus.Warn("Updating bootstrap data on disk from datastore")
	return d.write(paths)
}

// bootstrapKey is where the data of a token lies in the datastore.
func bootstrapKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "/bootstrap/" + hex.EncodeToString(sum[:])[:12]
}

func deriveKey(token, salt string) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha1.New, token, []byte(salt), 4096, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (d bootstrapData) encrypt(token string) ([]byte, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	salt := randomHex(8)
	gcm, err := deriveKey(token, salt)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	sealed := gcm.Seal(nonce, nonce, plain, nil)
	return []byte(salt + ":" + base64.StdEncoding.EncodeToString(sealed)), nil
}

func decryptBootstrap(token string, value []byte) (bootstrapData, error) {
	salt, text, found := strings.Cut(string(value), ":")
	if !found {
		return nil, errors.New("invalid cipher text, not : delimited")
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	gcm, err := deriveKey(token, salt)
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, errors.New("invalid cipher text")
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], nil)
	if err != nil {
		return nil, fmt.Errorf("failed to decrypt bootstrap data: %w", err)
	}
	var data bootstrapData
	return data, json.Unmarshal(plain, &data)
}
