package main

import (
	"net"
	"os"
)

var notifySocket = os.Getenv("NOTIFY_SOCKET")

// notifySystemd speaks the protocol of Type=notify; without a socket it does nothing.
func notifySystemd(state string) {
	if notifySocket == "" {
		return
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: notifySocket, Net: "unixgram"})
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(state))
}
