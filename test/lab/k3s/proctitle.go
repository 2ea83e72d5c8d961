package main

import (
	"os"
	"strings"
	"unsafe"
)

// copyArguments takes the arguments out of the memory that hideArguments clears.
func copyArguments() []string {
	var args []string
	for _, arg := range os.Args {
		args = append(args, strings.Clone(arg))
	}
	return args
}

// hideArguments blanks what `ps` shows behind the subcommand, as K3s does, since arguments may hold tokens.
func hideArguments(shown int) {
	for _, arg := range os.Args[min(shown, len(os.Args)):] {
		if len(arg) > 0 {
			// os.Args points at the memory that /proc/PID/cmdline shows.
			clear(unsafe.Slice(unsafe.StringData(arg), len(arg)))
		}
	}
}
