package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	caLife   = 10 * 365 * 24 * time.Hour
	certLife = 365 * 24 * time.Hour
	// K3s renews certificates at start when fewer days than this are left.
	renewBefore = 120 * 24 * time.Hour
)

type authority struct {
	certs []*x509.Certificate
	key   crypto.Signer
	pem   []byte
}

// ensureCA makes a self-signed authority once. The name carries the time, as in K3s: `k3s-server-ca@1700000000`.
func ensureCA(name, certFile, keyFile string) error {
	if exists(certFile) && exists(keyFile) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: name + "@" + strconv.FormatInt(now.Unix(), 10)},
		NotBefore:             now.UTC().Add(-time.Minute),
		NotAfter:              now.Add(caLife).UTC(),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	if err := writeKey(keyFile, key); err != nil {
		return err
	}
	return writeFile(certFile, pemBlock("CERTIFICATE", der), 0644)
}

func loadCA(certFile, keyFile string) (*authority, error) {
	data, err := os.ReadFile(certFile)
	if err != nil {
		return nil, err
	}
	certs, err := parseCerts(data)
	if err != nil {
		return nil, err
	}
	key, err := loadKey(keyFile)
	if err != nil {
		return nil, err
	}
	return &authority{certs: certs, key: key, pem: data}, nil
}

type certRequest struct {
	name   string
	groups []string
	usages []x509.ExtKeyUsage
	dns    []string
	ips    []net.IP
}

var (
	clientUse = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	serverUse = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	bothUses  = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
)

// sign returns the certificate and its chain as PEM.
func (a *authority) sign(req certRequest, public crypto.PublicKey) ([]byte, error) {
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: req.name, Organization: req.groups},
		DNSNames:     req.dns,
		IPAddresses:  req.ips,
		NotBefore:    a.certs[0].NotBefore,
		NotAfter:     time.Now().Add(certLife).UTC(),
		KeyUsage:     x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  req.usages,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certs[0], public, a.key)
	if err != nil {
		return nil, err
	}
	return append(pemBlock("CERTIFICATE", der), a.pem...), nil
}

// ensureCert makes key and certificate unless the files hold one that is good: right issuer, names covered, not about to end.
func ensureCert(ca *authority, req certRequest, certFile, keyFile string) error {
	if certIsGood(ca, req, certFile) && exists(keyFile) {
		return nil
	}
	key, err := loadKey(keyFile)
	if err != nil {
		generated, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		if err := writeKey(keyFile, generated); err != nil {
			return err
		}
		key = generated
	}
	chain, err := ca.sign(req, key.Public())
	if err != nil {
		return err
	}
	return writeFile(certFile, chain, 0644)
}

func certIsGood(ca *authority, req certRequest, certFile string) bool {
	data, err := os.ReadFile(certFile)
	if err != nil {
		return false
	}
	certs, err := parseCerts(data)
	if err != nil || certs[0].CheckSignatureFrom(ca.certs[0]) != nil {
		return false
	}
	if time.Until(certs[0].NotAfter) < renewBefore || certs[0].Subject.CommonName != req.name {
		return false
	}
	for _, ip := range req.ips {
		if certs[0].VerifyHostname(ip.String()) != nil {
			return false
		}
	}
	for _, name := range req.dns {
		if certs[0].VerifyHostname(name) != nil {
			return false
		}
	}
	return true
}

// ensureServiceKey makes the RSA key that service account tokens are signed with.
func ensureServiceKey(file string) error {
	if exists(file) {
		return nil
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return writeFile(file, pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), 0600)
}

func parseCerts(data []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return nil, errors.New("data does not contain any valid RSA or ECDSA certificates")
	}
	return certs, nil
}

func loadKey(file string) (crypto.Signer, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", file)
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%s holds a key that cannot sign", file)
	}
	return signer, nil
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writeFile(file, pemBlock("EC PRIVATE KEY", der), 0600)
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 62))
	if err != nil {
		panic(err)
	}
	return n.Add(n, big.NewInt(1))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// writeFile replaces the file in one step, so that a reader never sees half of it.
func writeFile(path string, data []byte, mode os.FileMode) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return os.Chmod(path, mode)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if _, err := temp.Write(data); err != nil {
		return err
	}
	if err := temp.Chmod(mode); err != nil {
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
