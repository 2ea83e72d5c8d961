package main

import (
	"errors"
	"os"

	"github.com/sirupsen/logrus"
)

func setupLogging() {
	logrus.SetOutput(os.Stderr)
	logrus.SetFormatter(&logrus.TextFormatter{DisableColors: true, FullTimestamp: true})
}

// applyLogOptions follows `debug` and `log`. With a log file K3s tells systemd it is ready at once, before the node works.
func applyLogOptions(opts *parsedOptions) error {
	if opts.flag("debug") {
		logrus.SetLevel(logrus.DebugLevel)
	}
	path := opts.text("log")
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0600)
	if err != nil {
		return err
	}
	logrus.SetOutput(f)
	notifySystemd("READY=1\n")
	return nil
}

// shutdownRequest marks errors that K3s ends with in order: it logs them, and its exit code is 0. Before READY=1 systemd then reports
// the result `protocol`.
type shutdownRequest struct{ cause error }

func (s shutdownRequest) Error() string { return s.cause.Error() }

func (s shutdownRequest) Unwrap() error { return s.cause }

func fatalOn(err error) {
	var orderly shutdownRequest
	switch {
	case errors.As(err, &orderly):
		logrus.Errorf("Shutdown request received: %q", orderly.Error())
		os.Exit(0)
	case err != nil:
		logrus.Fatalf("Error: %v", err)
	}
}
