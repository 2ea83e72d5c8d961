package main

import (
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
