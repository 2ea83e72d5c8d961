package main

import (
	"fmt"
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

// runKubectl is the real kubectl; without a kubeconfig named it uses the one of the server.
func runKubectl(args []string) error {
	named := os.Getenv("KUBECONFIG") != ""
	for _, arg := range args {
		named = named || len(arg) >= 12 && arg[:12] == "--kubeconfig"
	}
	if !named {
		if f, err := os.Open(globalKubeconfig); err == nil {
			f.Close()
			os.Setenv("KUBECONFIG", globalKubeconfig)
		} else if os.IsPermission(err) {
			fmt.Fprintf(os.Stderr, "WARN[0000] Unable to read %s, please start server with --write-kubeconfig-mode or --write-kubeconfig-group to modify kube config permissions\n", globalKubeconfig)
		} else {
			os.Setenv("KUBECONFIG", globalKubeconfig)
		}
	}
	os.Args = append([]string{"kubectl"}, args...)
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
	return nil
}
