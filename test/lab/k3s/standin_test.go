package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestConfigDropIns(t *testing.T) {
	base := filepath.Join(t.TempDir(), "config.yaml")
	write := func(path, text string) {
		t.Helper()
		if err := writeFile(path, []byte(text), 0600); err != nil {
			t.Fatal(err)
		}
	}
	write(base, "tls-san: [a]\nnode-label:\n  - x=1\ntoken: t\nv: 2\n")
	write(base+".d/10.yaml", "tls-san+: b\nnode-label: [y=2]\n")
	write(base+".d/20.YML", "tls-san+: [c]\ndisable-agent: true\n")
	write(base+".d/30.txt", "ignored: true\n")
	got, err := readConfig(base)
	want := []string{"--tls-san=a", "--tls-san=b", "--tls-san=c", "--node-label=y=2", "--token=t", "-v=2", "--disable-agent=true"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, %v", got, err)
	}
	write(base, "a: [b\n")
	if _, err := readConfig(base); err == nil {
		t.Fatal("bad YAML was accepted")
	}
}

func TestUnknownOptions(t *testing.T) {
	if _, err := parseOptions("agent", []string{"--bogus-key=1"}); err == nil || err.Error() != "flag provided but not defined: -bogus-key" {
		t.Fatalf("got %v", err)
	}
	if _, err := parseOptions("agent", []string{"--cluster-init"}); err == nil {
		t.Fatal("an agent took an option of servers")
	}
	opts, err := parseOptions("server", []string{"--tls-san=a,b", "--tls-san", "c", "-t=x", "--https-listen-port=7443"})
	if err != nil || len(opts.split("tls-san")) != 3 || opts.text("token") != "x" || opts.number("https-listen-port") != 7443 || opts.number("etcd-snapshot-retention") != 5 {
		t.Fatalf("got %v, %v", opts, err)
	}
}

func TestTokens(t *testing.T) {
	hash := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for text, want := range map[string]joinToken{
		"secret":                                   {password: "secret"},
		"K10" + hash + "::server:s:x":              {caHash: hash, user: "server", password: "s:x"},
		"abcdef.0123456789abcdef":                  {bootstrap: "abcdef.0123456789abcdef"},
		"K10" + hash + "::abcdef.0123456789abcdef": {caHash: hash, bootstrap: "abcdef.0123456789abcdef"},
	} {
		if got, err := parseToken(text); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"": "token must not be empty", "K10ab::server:x": "invalid token CA hash length", "K10" + hash + "::server": "invalid token format"} {
		if _, err := parseToken(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestBootstrapDataNeedsItsToken(t *testing.T) {
	value, err := bootstrapData{"ServerCA": {Content: []byte("x")}}.encrypt("one")
	if err != nil {
		t.Fatal(err)
	}
	if data, err := decryptBootstrap("one", value); err != nil || string(data["ServerCA"].Content) != "x" {
		t.Fatalf("got %v, %v", data, err)
	}
	if _, err := decryptBootstrap("two", value); err == nil {
		t.Fatal("another token decrypted it")
	}
	if _, err := findBootstrap(map[string][]byte{bootstrapKey("one"): value}, "two"); err != errOtherToken {
		t.Fatalf("got %v", err)
	}
}

func TestStamp(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "in")
	if err := os.WriteFile(source, make([]byte, 1000), 0755); err != nil {
		t.Fatal(err)
	}
	from := source
	for _, wanted := range []string{"v1.36.4+k3s1", "v1.35.7+k3s12"} {
		to := filepath.Join(dir, wanted)
		if err := stamp(wanted, from, to); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(to)
		if err != nil {
			t.Fatal(err)
		}
		if got, size, err := readStamp(f); err != nil || got != wanted || size != 1000 {
			t.Fatalf("got %s, %d, %v", got, size, err)
		}
		f.Close()
		from = to // a stamp replaces the one before
	}
}

func TestSecretsAreMasked(t *testing.T) {
	got := maskedArgs([]string{"server", "--token=abc", "--datastore-endpoint", "postgres://u:p@h/d", "--v=1"})
	want := []string{"server", "--token", "********", "--datastore-endpoint", "********", "--v", "1"}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v", got)
	}
}

func TestKubeletRefusesReservedLabels(t *testing.T) {
	if checkLabels([]string{"node-role.kubernetes.io/worker=true"}) == nil {
		t.Fatal("a reserved label was accepted")
	}
	if err := checkLabels([]string{"a=b", "node.kubernetes.io/x=y", "topology.kubernetes.io/zone=z", "example.com/k=v"}); err != nil {
		t.Fatal(err)
	}
}
