package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	apisv1 "github.com/k3s-io/api/k3s.cattle.io/v1"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type s3Settings struct {
	Endpoint, EndpointCA, AccessKey, SecretKey, SessionToken, Bucket, BucketLookup, Region, Folder, Proxy, ConfigSecret string
	SkipVerify, Insecure                                                                                                bool
	Retention                                                                                                           int
	Timeout                                                                                                             time.Duration
}

func newS3Settings(opts *parsedOptions) *s3Settings {
	text := func(name string) string { return opts.text("etcd-s3-" + name) }
	settings := &s3Settings{
		Endpoint: text("endpoint"), EndpointCA: text("endpoint-ca"), AccessKey: text("access-key"), SecretKey: text("secret-key"), SessionToken: text("session-token"),
		Bucket: text("bucket"), BucketLookup: text("bucket-lookup-type"), Region: text("region"), Folder: text("folder"), Proxy: text("proxy"), ConfigSecret: text("config-secret"),
		SkipVerify: opts.flag("etcd-s3-skip-ssl-verify"), Insecure: opts.flag("etcd-s3-insecure"), Retention: opts.number("etcd-s3-retention"), Timeout: opts.duration("etcd-s3-timeout"),
	}
	if settings.Retention == 0 || (!opts.isSet("etcd-s3-retention") && opts.isSet("etcd-snapshot-retention")) {
		settings.Retention = opts.number("etcd-snapshot-retention")
	}
	if settings.Timeout == 0 {
		settings.Timeout = 5 * time.Minute
	}
	return settings
}

// complete fills in what a Secret in kube-system says, which counts only when nothing but its name is given.
func (c *s3Settings) complete(ctx context.Context, s *server) error {
	if c.ConfigSecret == "" || c.Bucket != "" || c.AccessKey != "" {
		return nil
	}
	if s.clients() == nil {
		return errors.New("runtime core not ready")
	}
	secret, err := s.clients().CoreV1().Secrets("kube-system").Get(ctx, c.ConfigSecret, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("failed to get config from etcd-s3-config-secret %q: %w", c.ConfigSecret, err)
	}
	for key, target := range map[string]*string{
		"endpoint": &c.Endpoint, "endpoint-ca": &c.EndpointCA, "access-key": &c.AccessKey, "secret-key": &c.SecretKey, "session-token": &c.SessionToken,
		"bucket": &c.Bucket, "bucket-lookup-type": &c.BucketLookup, "region": &c.Region, "folder": &c.Folder, "proxy": &c.Proxy,
	} {
		if value := string(secret.Data["etcd-s3-"+key]); value != "" {
			*target = value
		}
	}
	c.SkipVerify, _ = strconv.ParseBool(string(secret.Data["etcd-s3-skip-ssl-verify"]))
	c.Insecure, _ = strconv.ParseBool(string(secret.Data["etcd-s3-insecure"]))
	return nil
}

func (c *s3Settings) client(ctx context.Context) (*minio.Client, error) {
	if c.Bucket == "" {
		return nil, errors.New("s3 bucket name was not set")
	}
	config := &tls.Config{InsecureSkipVerify: c.SkipVerify}
	if c.EndpointCA != "" {
		pool, err := c.roots()
		if err != nil {
			return nil, err
		}
		config.RootCAs = pool
	}
	transport := &http.Transport{TLSClientConfig: config, Proxy: http.ProxyFromEnvironment}
	if c.Proxy != "" {
		proxy, err := url.Parse(c.Proxy)
		if err != nil {
			return nil, fmt.Errorf("failed to parse etcd-s3-proxy value as URL: %w", err)
		}
		transport.Proxy = http.ProxyURL(proxy)
	}
	lookup := map[string]minio.BucketLookupType{"dns": minio.BucketLookupDNS, "path": minio.BucketLookupPath}[c.BucketLookup]
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, c.SessionToken), Secure: !c.Insecure, Region: c.Region, BucketLookup: lookup, Transport: transport,
	})
	if err != nil {
		return nil, err
	}
	found, err := client.BucketExists(ctx, c.Bucket)
	if err != nil {
		return nil, fmt.Errorf("failed to test for existence of bucket %s: %w", c.Bucket, err)
	}
	if !found {
		return nil, fmt.Errorf("bucket %s does not exist", c.Bucket)
	}
	return client, nil
}

// roots reads a path, PEM text, or base64 of it.
func (c *s3Settings) roots() (*x509.CertPool, error) {
	data := []byte(c.EndpointCA)
	if !strings.Contains(c.EndpointCA, "BEGIN CERTIFICATE") {
		if decoded, err := base64.StdEncoding.DecodeString(c.EndpointCA); err == nil {
			data = decoded
		} else if data, err = os.ReadFile(c.EndpointCA); err != nil {
			return nil, err
		}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, errors.New("etcd-s3-endpoint-ca holds no certificate")
	}
	return pool, nil
}

func (c *s3Settings) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.Timeout)
}

func (c *s3Settings) upload(ctx context.Context, file string) error {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	client, err := c.client(ctx)
	if err != nil {
		return err
	}
	_, err = client.FPutObject(ctx, c.Bucket, path.Join(c.Folder, filepath.Base(file)), file, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return err
}

func (c *s3Settings) download(ctx context.Context, name, dir string) (string, error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	client, err := c.client(ctx)
	if err != nil {
		return "", err
	}
	target := filepath.Join(dir, filepath.Base(name))
	return target, client.FGetObject(ctx, c.Bucket, path.Join(c.Folder, name), target, minio.GetObjectOptions{})
}

func (c *s3Settings) list(ctx context.Context) ([]apisv1.ETCDSnapshotFile, error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	client, err := c.client(ctx)
	if err != nil {
		return nil, err
	}
	prefix := c.Folder
	if prefix != "" {
		prefix += "/"
	}
	var files []apisv1.ETCDSnapshotFile
	for object := range client.ListObjects(ctx, c.Bucket, minio.ListObjectsOptions{Prefix: prefix}) {
		if object.Err != nil {
			return nil, object.Err
		}
		name := path.Base(object.Key)
		files = append(files, snapshotObject(name, "s3://"+c.Bucket+"/"+object.Key, "s3", object.Size, object.LastModified))
	}
	sortSnapshots(files)
	return files, nil
}

func (c *s3Settings) remove(ctx context.Context, name string) error {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	client, err := c.client(ctx)
	if err != nil {
		return err
	}
	key := path.Join(c.Folder, path.Base(name))
	if _, err := client.StatObject(ctx, c.Bucket, key, minio.StatObjectOptions{}); err != nil {
		return err
	}
	return client.RemoveObject(ctx, c.Bucket, key, minio.RemoveObjectOptions{})
}
