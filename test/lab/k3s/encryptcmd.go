package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

var encryptStages = map[string]struct{ stage, done string }{
	"prepare":     {stagePrepare, "prepare completed successfully"},
	"rotate":      {stageRotate, "rotate completed successfully"},
	"reencrypt":   {stageActive, "reencryption started"},
	"rotate-keys": {stageRotating, "keys rotated, reencryption finished"},
}

func runEncryptCommand(args []string) error {
	hideArguments(3)
	if len(args) == 0 {
		return errors.New("usage: k3s secrets-encrypt status|enable|disable|prepare|rotate|reencrypt|rotate-keys [OPTIONS]")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(discard{})
	token := flags.String("token", os.Getenv("K3S_TOKEN"), "")
	flags.StringVar(token, "t", os.Getenv("K3S_TOKEN"), "")
	root := flags.String("data-dir", os.Getenv("K3S_DATA_DIR"), "")
	flags.StringVar(root, "d", *root, "")
	address := flags.String("server", "https://127.0.0.1:6443", "")
	flags.StringVar(address, "s", "https://127.0.0.1:6443", "")
	output := flags.String("output", "text", "")
	flags.StringVar(output, "o", "text", "")
	force, skip := flags.Bool("force", false, ""), flags.Bool("skip", false, "")
	flags.BoolVar(force, "f", false, "")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	server, err := serverAccess(*address, *root, *token)
	if err != nil {
		return err
	}
	if args[0] == "status" {
		return printEncryptionStatus(server, *output)
	}
	asked, done := encryptionRequest{Force: *force, Skip: *skip}, ""
	switch stage, ok := encryptStages[args[0]]; {
	case ok:
		asked.Stage, done = &stage.stage, stage.done
	case args[0] == "enable" || args[0] == "disable":
		enable := args[0] == "enable"
		asked.Enable, done = &enable, "secrets-encryption "+args[0]+"d"
	default:
		return fmt.Errorf("No help topic for '%s'", args[0])
	}
	body, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	if _, err := server.send(http.MethodPut, "/v1-k3s/encrypt/config", body, 90*time.Second); err != nil {
		return fmt.Errorf("see server log for details: %w", err)
	}
	fmt.Println(done)
	return nil
}

func printEncryptionStatus(server *access, output string) error {
	data, err := server.get("/v1-k3s/encrypt/status")
	if err != nil {
		return fmt.Errorf("see server log for details: %w", err)
	}
	var state encryptionState
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	if strings.EqualFold(output, "json") {
		text, err := json.MarshalIndent(state, "", "\t")
		fmt.Println(string(text))
		return err
	}
	if state.Enable == nil {
		fmt.Println("Encryption Status: Disabled, no configuration file found")
		return nil
	}
	status := "Disabled"
	if *state.Enable {
		status = "Enabled"
	}
	fmt.Printf("Encryption Status: %s\nCurrent Rotation Stage: %s\n", status, state.Stage)
	if state.HashMatch {
		fmt.Println("Server Encryption Hashes: All hashes match")
	} else {
		fmt.Printf("Server Encryption Hashes: %s\n", state.HashError)
	}
	var table bytes.Buffer
	if state.ActiveKey != "" || len(state.InactiveKeys) > 0 {
		w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
		fmt.Fprint(w, "\nActive\tKey Type\tName\n------\t--------\t----\n")
		for i, key := range append([]string{state.ActiveKey}, state.InactiveKeys...) {
			kind, name, _ := strings.Cut(key, " ")
			if key != "" {
				fmt.Fprintf(w, "%s\t%s\t%s\n", map[bool]string{true: " *", false: ""}[i == 0], kind, name)
			}
		}
		w.Flush()
	}
	fmt.Println(table.String())
	return nil
}
