package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/sirupsen/logrus"
	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
)

var everything = labels.Everything()

const (
	sandboxDir = "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io"
	kubeletDir = "/var/lib/kubelet/pods"
)

// A running pod leaves on the host what a real one would leave: a shim process that survives the service, and mounts.

func startSandbox(paths dataPaths, uid types.UID) error {
	home := filepath.Join(sandboxDir, string(uid))
	if shimPid(home) > 0 {
		return nil
	}
	volume := filepath.Join(kubeletDir, string(uid), "volumes/kubernetes.io~projected/kube-api-access")
	rootfs := filepath.Join(home, "rootfs")
	for _, dir := range []string{volume, rootfs} {
		if err := os.MkdirAll(dir, 0700); err != nil {
			return err
		}
		if !isMountPoint(dir) {
			if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
				logrus.Debugf("mount %s: %v", dir, err)
			}
		}
	}
	release, err := os.Readlink(filepath.Join(paths.root, "data", "current"))
	if err != nil {
		release = filepath.Join(paths.root, "data", "current")
	}
	cmd := exec.Command("/bin/sleep", "infinity")
	cmd.Args[0] = fmt.Sprintf("%s/bin/containerd-shim-runc-v2 -namespace k8s.io -id %s -address /run/k3s/containerd/containerd.sock", release, uid)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return os.WriteFile(filepath.Join(home, "shim.pid"), []byte(strconv.Itoa(cmd.Process.Pid)), 0600)
}

// shimPid is the process of a sandbox, 0 when it does not run.
func shimPid(home string) int {
	data, err := os.ReadFile(filepath.Join(home, "shim.pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(string(data))
	if err != nil {
		return 0
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !strings.Contains(string(line), "containerd-shim-runc-v2") {
		return 0
	}
	return pid
}

func stopSandbox(uid types.UID) {
	home := filepath.Join(sandboxDir, string(uid))
	if !exists(home) {
		return
	}
	if pid := shimPid(home); pid > 0 {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	volumes := filepath.Join(kubeletDir, string(uid))
	_ = unix.Unmount(filepath.Join(volumes, "volumes/kubernetes.io~projected/kube-api-access"), unix.MNT_DETACH)
	_ = unix.Unmount(filepath.Join(home, "rootfs"), unix.MNT_DETACH)
	_ = os.RemoveAll(home)
	_ = os.RemoveAll(volumes)
}

// removeOrphans ends the sandboxes of pods that went while the service was down.
func removeOrphans(present map[types.UID]bool) {
	entries, _ := os.ReadDir(sandboxDir)
	for _, entry := range entries {
		if uid := types.UID(entry.Name()); !present[uid] {
			stopSandbox(uid)
		}
	}
}

func isMountPoint(dir string) bool {
	var own, parent unix.Stat_t
	return unix.Stat(dir, &own) == nil && unix.Stat(filepath.Dir(dir), &parent) == nil && own.Dev != parent.Dev
}

// setupHostNetwork leaves an interface and a firewall chain on the host, where that is allowed, for uninstalling to clear.
func setupHostNetwork() {
	if _, err := os.Stat("/sys/class/net/cni0"); err != nil {
		if tryRun("ip", "link", "add", "cni0", "type", "bridge") != nil {
			_ = tryRun("ip", "link", "add", "cni0", "type", "dummy")
		}
	}
	if tryRun("iptables", "-w", "-n", "-L", "KUBE-STANDIN") != nil {
		_ = tryRun("iptables", "-w", "-N", "KUBE-STANDIN")
	}
}

func tryRun(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		logrus.Debugf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return err
}
