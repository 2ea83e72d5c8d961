package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/sirupsen/logrus"
)

// runsFromDataDir tells whether this process is the copy below data/<hash>/bin.
func runsFromDataDir() bool {
	self, err := os.Executable()
	return err == nil && filepath.Base(filepath.Dir(self)) == "bin" && filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(self)))) == "data"
}

// unpackAndExec copies this file below DATA/data/<hash> and goes on from there, as K3s does; so the installed file can be overwritten
// while the service runs.
func unpackAndExec(root string) error {
	if runsFromDataDir() {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	hash, err := releaseHash(self)
	if err != nil {
		return err
	}
	home := filepath.Join(root, "data", hash)
	target := filepath.Join(home, "bin", "k3s")
	if !exists(target) {
		logrus.Infof("Preparing data dir %s", home)
		if err := unpack(self, home); err != nil {
			return err
		}
	}
	logrus.Infof("Acquiring lock file %s", filepath.Join(root, "data", ".lock"))
	if err := linkCurrent(root, home); err != nil {
		return err
	}
	return syscall.Exec(target, append([]string{os.Args[0]}, os.Args[1:]...), os.Environ())
}

func unpack(self, home string) error {
	temp := home + "-tmp"
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	bin := filepath.Join(temp, "bin")
	if err := os.MkdirAll(bin, 0755); err != nil {
		return err
	}
	in, err := os.Open(self)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(bin, "k3s"), os.O_CREATE|os.O_WRONLY, 0755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	for _, name := range []string{"kubectl", "crictl", "ctr"} {
		if err := os.Symlink("k3s", filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	return os.Rename(temp, home)
}

// linkCurrent moves `current` to the new release and keeps the one before as `previous`.
func linkCurrent(root, home string) error {
	current, previous := filepath.Join(root, "data", "current"), filepath.Join(root, "data", "previous")
	old, err := os.Readlink(current)
	if err == nil && old == home {
		return nil
	}
	if err == nil && !strings.HasSuffix(old, "-tmp") {
		_ = os.Remove(previous)
		if err := os.Symlink(old, previous); err != nil {
			return err
		}
	}
	_ = os.Remove(current)
	return os.Symlink(home, current)
}
