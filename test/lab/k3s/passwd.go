package main

import (
	"encoding/csv"
	"os"
	"strings"
)

const (
	serverGroup = "k3s:server"
	agentGroup  = "k3s:agent"
)

type passwdEntry struct {
	password string
	groups   []string
}

// passwdFile is cred/passwd: lines of `password,user,user,group`.
type passwdFile map[string]passwdEntry

func readPasswd(path string) (passwdFile, error) {
	file := passwdFile{}
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return file, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	for _, row := range rows {
		if len(row) >= 4 {
			file[row[1]] = passwdEntry{row[0], strings.Split(row[3], ",")}
		}
	}
	return file, err
}

func (p passwdFile) set(user, group, password string) {
	p[user] = passwdEntry{password, []string{group}}
}

func (p passwdFile) write(path string) error {
	var text strings.Builder
	writer := csv.NewWriter(&text)
	for _, user := range []string{"node", "server"} {
		if entry, ok := p[user]; ok {
			_ = writer.Write([]string{entry.password, user, user, strings.Join(entry.groups, ",")})
		}
	}
	writer.Flush()
	return writeFile(path, []byte(text.String()), 0600)
}
