package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	apisv1 "github.com/k3s-io/api/k3s.cattle.io/v1"
	"github.com/sirupsen/logrus"
	"sigs.k8s.io/yaml"
)

// snapshotOptions are those of `k3s etcd-snapshot`: those of the server that concern snapshots, with short names too, and four more.
func snapshotOptions() []optionSpec {
	specs := []optionSpec{
		{Name: "debug", Type: "boolean", Env: "K3S_DEBUG"}, {Name: "config", Type: "string", Aliases: []string{"c"}}, {Name: "log", Type: "string", Aliases: []string{"l"}}, {Name: "alsologtostderr", Type: "boolean"},
		{Name: "node-name", Type: "string", Env: "K3S_NODE_NAME"}, {Name: "data-dir", Type: "string", Aliases: []string{"d"}, Env: "K3S_DATA_DIR"},
		{Name: "etcd-token", Type: "string", Aliases: []string{"t"}, Env: "K3S_TOKEN"},
		{Name: "etcd-server", Type: "string", Aliases: []string{"s"}, Default: "https://127.0.0.1:6443"},
		{Name: "name", Type: "string", Default: "on-demand"}, {Name: "output", Type: "string", Aliases: []string{"o"}},
	}
	for _, spec := range optionsFor("server") {
		switch {
		case spec.Name == "etcd-snapshot-dir":
			spec.Aliases = append(spec.Aliases, "dir")
		case spec.Name == "etcd-snapshot-compress":
			spec.Aliases = append(spec.Aliases, "snapshot-compress")
		case spec.Name == "etcd-snapshot-retention":
			spec.Aliases = append(spec.Aliases, "snapshot-retention")
		case strings.HasPrefix(spec.Name, "etcd-s3"):
			spec.Aliases = append(spec.Aliases, strings.TrimPrefix(spec.Name, "etcd-"))
		default:
			continue
		}
		specs = append(specs, spec)
	}
	return specs
}

func runSnapshotCommand(args []string) error {
	hideArguments(2)
	operation := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		operation, args = args[0], args[1:]
	}
	switch operation {
	case "ls", "l":
		operation = "list"
	case "save", "delete", "list", "prune":
	default:
		return errors.New("usage: k3s etcd-snapshot save|delete|ls|prune [OPTIONS]")
	}
	specs := snapshotOptions()
	full, err := withConfigFile(args, knownNames(specs))
	if err != nil {
		logrus.Fatal(err)
	}
	opts, err := parseSpecs("etcd-snapshot", specs, full)
	if err != nil {
		return err
	}
	request := snapshotRequest{Operation: operation, Dir: opts.text("etcd-snapshot-dir")}
	switch names := opts.flags.Args(); {
	case operation == "delete" && len(names) == 0:
		return errors.New("no snapshots given for removal")
	case operation == "delete":
		request.Name = names
	case operation == "save" && len(names) > 0:
		return errors.New("this command does not take any arguments")
	default:
		request.Name = []string{opts.text("name")}
	}
	if opts.isSet("etcd-snapshot-compress") {
		on := opts.flag("etcd-snapshot-compress")
		request.Compress = &on
	}
	if opts.isSet("etcd-snapshot-retention") && operation != "save" {
		keep := opts.number("etcd-snapshot-retention")
		request.Retention = &keep
	}
	timeout := 2 * time.Minute
	if opts.flag("etcd-s3") {
		request.S3 = newS3Settings(opts)
		timeout += request.S3.Timeout
	}
	return sendSnapshotRequest(opts, request, timeout)
}

func sendSnapshotRequest(opts *parsedOptions, asked snapshotRequest, timeout time.Duration) error {
	server, err := serverAccess(opts.text("etcd-server"), opts.text("data-dir"), opts.text("etcd-token"))
	if err != nil {
		return err
	}
	body, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	answer, err := server.send(http.MethodPost, "/db/snapshot", body, timeout)
	if err != nil {
		return fmt.Errorf("see server log for details: %w", err)
	}
	if asked.Operation == "list" {
		var list apisv1.ETCDSnapshotFileList
		if err := json.Unmarshal(answer, &list); err != nil {
			return err
		}
		return printSnapshots(list, opts.text("output"))
	}
	var result snapshotResult
	if err := json.Unmarshal(answer, &result); err != nil {
		return err
	}
	for _, name := range result.Created {
		logrus.Infof("Snapshot %s saved.", name)
	}
	for _, name := range result.Deleted {
		logrus.Infof("Snapshot %s deleted.", name)
	}
	if asked.Operation == "delete" {
		for _, name := range asked.Name {
			if !strings.Contains(strings.Join(result.Deleted, "\n"), name) {
				logrus.Warnf("Snapshot %s not found.", name)
			}
		}
	}
	return nil
}

func printSnapshots(list apisv1.ETCDSnapshotFileList, format string) error {
	switch format {
	case "json", "yaml":
		data, err := json.MarshalIndent(list, "", "    ")
		if err == nil && format == "yaml" {
			data, err = yaml.JSONToYAML(data)
		}
		if err != nil {
			return err
		}
		fmt.Println(string(data))
		return nil
	case "", "table":
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
		defer w.Flush()
		fmt.Fprint(w, "Name\tLocation\tSize\tCreated\n")
		for _, file := range list.Items {
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", file.Spec.SnapshotName, file.Spec.Location, file.Status.Size.Value(), file.Status.CreationTime.Format(time.RFC3339))
		}
		return nil
	}
	return errors.New("invalid output format: " + format)
}

// serverAccess is how commands on a server's own machine reach it: with the token from its file.
func serverAccess(address, root, token string) (*access, error) {
	if root == "" {
		root = defaultDataDir
	}
	if token == "" {
		data, err := os.ReadFile(filepath.Join(root, "server", "token"))
		if err != nil {
			return nil, err
		}
		token = strings.TrimSpace(string(data))
	}
	return newAccess(address, token, asUser("server"))
}
