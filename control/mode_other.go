//go:build !unix

package control

// setSocketMode does nothing: the system has no such permissions, the folder's decide.
func setSocketMode(uintptr) {}
