// This is NOT K3s. It is a stand-in for the `k3s` binary, for tests: the control plane is real, nodes and containers are pretended.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sirupsen/logrus"
)

// command runs one subcommand; args are what follows its name.
type command func(args []string) error

var commands = map[string]command{
	"server":          runServerCommand,
	"agent":           runAgentCommand,
	"kubectl":         runKubectl,
	"token":           runTokenCommand,
	"etcd-snapshot":   runSnapshotCommand,
	"secrets-encrypt": runEncryptCommand,
	"certificate":     runCertificateCommand,
	"crictl":          notAvailable("crictl"),
	"ctr":             notAvailable("ctr"),
	"check-config":    notAvailable("check-config"),
	"completion":      notAvailable("completion"),
}

func main() {
	setupLogging()
	args := copyArguments()
	if name := filepath.Base(args[0]); name == "kubectl" || name == "crictl" || name == "ctr" {
		args = append([]string{"k3s", name}, args[1:]...)
	}
	if len(args) > 1 && runComponent(args[1], args[2:]) {
		return
	}
	if len(args) > 1 && args[1] == "stamp" {
		fatalOn(stampCommand(args[2:]))
		return
	}
	if len(args) < 2 || args[1] == "help" || args[1] == "--help" || args[1] == "-h" {
		printUsage()
		return
	}
	if args[1] == "--version" || args[1] == "-v" {
		// As K3s does: it names itself after its file.
		fmt.Printf("%s version %s (standin)\ngo version %s\n", filepath.Base(args[0]), version(), runtime.Version())
		return
	}
	args = dropGlobalFlags(args)
	run, known := commands[args[1]]
	if !known {
		fmt.Printf("No help topic for '%s'\n", args[1])
		os.Exit(3)
	}
	recordInvocation(args)
	fatalOn(run(args[2:]))
}

// dropGlobalFlags takes --debug and --data-dir from before the subcommand, where K3s accepts them too.
func dropGlobalFlags(args []string) []string {
	for len(args) > 2 && args[1] == "--debug" {
		logrus.SetLevel(logrus.DebugLevel)
		args = append([]string{args[0]}, args[2:]...)
	}
	return args
}

func notAvailable(name string) command {
	return func([]string) error {
		return fmt.Errorf("%s: stand-in: not available (this is not K3s, there are no containers)", name)
	}
}

func printUsage() {
	fmt.Printf(`NAME:
   k3s - STAND-IN for Kubernetes, but small and simple (not K3s)

USAGE:
   k3s [global options] command [command options]

VERSION:
   %s (standin)

COMMANDS:
   server           Run management server
   agent            Run node agent
   kubectl          Run kubectl
   token            Manage tokens
   etcd-snapshot    Manage etcd snapshots
   secrets-encrypt  Control secrets encryption and keys rotation
   certificate      Manage K3s certificates
   stamp            (stand-in only) write a copy of this file that has another version
`, version())
}
