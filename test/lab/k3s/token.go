package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"os"
	"regexp"
	"strings"
	"time"
)

// joinToken is a token taken apart: `K10<CA hash>::<user>:<password>` or `K10<CA hash>::<id>.<secret>`, or only what is behind `::`.
type joinToken struct {
	caHash    string
	user      string
	password  string
	bootstrap string
}

var bootstrapToken = regexp.MustCompile(`^[a-z0-9]{6}\.[a-z0-9]{16}$`)

func parseToken(text string) (joinToken, error) {
	if text == "" {
		return joinToken{}, errors.New("token must not be empty")
	}
	secured, isSecured := strings.CutPrefix(text, "K10")
	if !isSecured {
		if bootstrapToken.MatchString(text) {
			return joinToken{bootstrap: text}, nil
		}
		return joinToken{password: text}, nil
	}
	var token joinToken
	creds := secured
	if hash, rest, found := strings.Cut(secured, "::"); found {
		if hash != "" && len(hash) != 2*sha256.Size {
			return joinToken{}, errors.New("invalid token CA hash length")
		}
		token.caHash, creds = hash, rest
	}
	if bootstrapToken.MatchString(creds) {
		token.bootstrap = creds
		return token, nil
	}
	user, password, found := strings.Cut(creds, ":")
	if !found || password == "" {
		return joinToken{}, errors.New("invalid token format")
	}
	token.user, token.password = user, password
	return token, nil
}

// normalizedToken is the password alone, which bootstrap data is encrypted with.
func normalizedToken(text string) (string, error) {
	token, err := parseToken(text)
	if err != nil {
		return "", err
	}
	if token.bootstrap != "" {
		return "", errors.New("failed to normalize token; must be in format K10<CA-HASH>::<USERNAME>:<PASSWORD> or <PASSWORD>")
	}
	return token.password, nil
}

// caHash is over the file for a self-signed CA and over the root certificate for a chain, as in K3s.
func caHash(data []byte) (string, error) {
	certs, err := parseCerts(data)
	if err != nil {
		return "", err
	}
	if len(certs) > 1 {
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		for _, cert := range certs[1:] {
			if len(cert.AuthorityKeyId) == 0 || bytes.Equal(cert.AuthorityKeyId, cert.SubjectKeyId) {
				roots.AddCert(cert)
			} else {
				between.AddCert(cert)
			}
		}
		if chains, err := certs[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between}); err == nil {
			data = chains[0][len(chains[0])-1].Raw
		}
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

func formatToken(creds string, caFile string) (string, error) {
	data, err := os.ReadFile(caFile)
	if err != nil {
		return "", err
	}
	hash, err := caHash(data)
	if err != nil {
		return "", err
	}
	return "K10" + hash + "::" + creds, nil
}

// readTokenFile polls for a file that something else is about to write, 4 minutes as K3s does.
func readTokenFile(ctx context.Context, path string) (string, error) {
	deadline := time.Now().Add(4 * time.Minute)
	for {
		data, err := os.ReadFile(path)
		if err == nil {
			return strings.TrimSpace(string(data)), nil
		}
		if !os.IsNotExist(err) || time.Now().After(deadline) {
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(2 * time.Second):
		}
	}
}

func randomHex(bytes int) string {
	data := make([]byte, bytes)
	if _, err := rand.Read(data); err != nil {
		panic(err)
	}
	return hex.EncodeToString(data)
}
