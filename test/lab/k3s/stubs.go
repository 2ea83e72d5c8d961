package main

import (
	"context"
	"errors"
	"net/http"
)

var errTodo = errors.New("stand-in: not yet")

func (s *server) deploy(context.Context)                                                  {}
func (s *server) startEncryptionAnnotation(context.Context)                               {}
func ensureEncryptionConfig(dataPaths, string) error                                      { return nil }
func (v *supervisor) serveTokenRotation(http.ResponseWriter, *http.Request, *identity)    {}
func (v *supervisor) serveEncryptionStatus(http.ResponseWriter, *http.Request, *identity) {}
func (v *supervisor) serveEncryptionConfig(http.ResponseWriter, *http.Request, *identity) {}
func (v *supervisor) serveCAReplacement(http.ResponseWriter, *http.Request, *identity)    {}
func runTokenCommand([]string) error                                                      { return errTodo }
func runEncryptCommand([]string) error                                                    { return errTodo }
func runCertificateCommand([]string) error                                                { return errTodo }
