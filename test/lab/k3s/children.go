package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	encryption "k8s.io/apiserver/pkg/server/options/encryptionconfig/controller"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// The components share global registries (flags, feature gates, metrics), so each runs in a process of its own: this file again, with
// one of these hidden subcommands.
const componentPrefix = "standin-"

func runComponent(name string, args []string) bool {
	name, hidden := strings.CutPrefix(name, componentPrefix)
	if !hidden {
		return false
	}
	os.Args = append([]string{name}, args...)
	switch name {
	case "kube-apiserver":
		// A minute in Kubernetes; tests rotate keys.
		encryption.EncryptionConfigFileChangePollDuration = time.Second
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "kube-controller-manager":
		os.Exit(cli.Run(controllermanager.NewControllerManagerCommand()))
	case "kube-scheduler":
		os.Exit(cli.Run(scheduler.NewSchedulerCommand()))
	}
	return false
}

// keepComponent starts a component again that ended after a while: the controllers end when they lose their lease, as they do when etcd
// has no quorum. One that ends at once has arguments it does not take.
func keepComponent(ctx context.Context, name string, args []string, exited func(error)) {
	const tooSoon = 5 * time.Second
	started := time.Now()
	startComponent(ctx, name, args, func(err error) {
		if time.Since(started) < tooSoon {
			exited(err)
			return
		}
		logrus.Errorf("%v; starting it again", err)
		if sleep(ctx, time.Second) {
			keepComponent(ctx, name, args, exited)
		}
	})
}

// startComponent runs a component until the context ends; when it ends by itself, `exited` is told why. The component dies with this
// process, even when only the main process of the unit is killed.
func startComponent(ctx context.Context, name string, args []string, exited func(error)) {
	self, err := os.Executable()
	if err != nil {
		exited(err)
		return
	}
	logrus.Infof("Running %s %s", name, strings.Join(args, " "))
	go func() {
		// The parent-death signal belongs to the thread that started the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		cmd := exec.Command(self, append([]string{componentPrefix + name}, args...)...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		tail := &lastLines{}
		cmd.Stdout, cmd.Stderr = componentLog(), io.MultiWriter(componentLog(), tail)
		if err := cmd.Start(); err != nil {
			exited(err)
			return
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-ctx.Done():
			_ = cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-done:
			case <-time.After(3 * time.Second):
				_ = cmd.Process.Kill()
			}
		case err := <-done:
			if ctx.Err() == nil {
				go exited(fmt.Errorf("%s exited: %v: %s", strings.TrimPrefix(name, "kube-"), err, tail))
			}
		}
	}()
}

func componentLog() io.Writer { return logrus.StandardLogger().Out }

// lastLines keeps the end of what a component wrote, for the message about its exit.
type lastLines struct{ text string }

func (l *lastLines) Write(p []byte) (int, error) {
	l.text += string(p)
	if extra := len(l.text) - 2000; extra > 0 {
		l.text = l.text[extra:]
	}
	return len(p), nil
}

func (l *lastLines) String() string {
	lines := strings.Split(strings.TrimSpace(l.text), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if rest, ok := strings.CutPrefix(lines[i], "Error: "); ok {
			return rest
		}
	}
	return lines[len(lines)-1]
}
