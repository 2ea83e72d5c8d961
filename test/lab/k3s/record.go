package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const recordFile = "/var/log/k3s-standin/record.jsonl"

type record struct {
	Time    time.Time         `json:"time"`
	Pid     int               `json:"pid"`
	Version string            `json:"version"`
	Argv    []string          `json:"argv"`
	Env     []string          `json:"env"`
	Files   map[string]string `json:"files,omitempty"`
}

// recordInvocation notes what was done to the stand-in: arguments, names (not values) of K3S_ variables, and the files it reads with
// their sha256. A host that cannot keep the record still runs.
func recordInvocation(args []string) {
	if runsFromDataDir() {
		return // the same invocation, after it unpacked itself
	}
	entry := record{Time: time.Now().UTC(), Pid: os.Getpid(), Version: version(), Argv: args, Env: k3sEnvNames(), Files: map[string]string{}}
	for _, path := range recordedFiles(args) {
		if data, err := os.ReadFile(path); err == nil {
			sum := sha256.Sum256(data)
			entry.Files[path] = hex.EncodeToString(sum[:])
		}
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return
	}
	if os.MkdirAll(filepath.Dir(recordFile), 0700) != nil {
		return
	}
	f, err := os.OpenFile(recordFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.Write(append(line, '\n'))
}

func k3sEnvNames() []string {
	names := []string{}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "K3S_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func recordedFiles(args []string) []string {
	base := configFileOf(args)
	files := []string{base, "/etc/rancher/k3s/registries.yaml"}
	dropIns, _ := dropInsOf(base)
	return append(files, dropIns...)
}
