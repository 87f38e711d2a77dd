//go:build conformance

// Package: python3-serial

package conformance

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// An image is the result of the Dockerfile, in a folder, with the command that it runs.
type image struct {
	root       string
	entrypoint []string
	command    []string
	user       string
}

// newImage executes the Dockerfile as Docker would. RUN runs with another folder in place of
// /image, and that folder is the content of the image, which is made from scratch.
func newImage(t *testing.T) *image {
	t.Helper()
	text, err := os.ReadFile("../examples/docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	said := func(instruction string) string {
		found := regexp.MustCompile(`(?m)^`+instruction+` (.*)$`).FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			t.Fatalf("the Dockerfile has no %s", instruction)
		}
		return found[len(found)-1][1]
	}
	list := func(instruction string) (words []string) {
		if err := json.Unmarshal([]byte(said(instruction)), &words); err != nil {
			t.Fatalf("%s: %v", instruction, err)
		}
		return words
	}
	if from, files := said("FROM"), said("COPY"); from != "scratch" || files != "--from=build /image /" {
		t.Fatalf("the image is from %s and has %s: this test knows another", from, files)
	}
	i := &image{
		root: filepath.Join(publicFolder(t), "image"), user: said("USER"),
		entrypoint: list("ENTRYPOINT"), command: list("CMD"),
	}
	build := exec.Command("sh", "-c", strings.ReplaceAll(said("RUN"), "/image", i.root))
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("RUN: %v: %s", err, out)
	}
	return i
}

// run returns a command of the image with an empty environment.
func (i *image) run(t *testing.T, command []string) *exec.Cmd {
	t.Helper()
	if i.user != "65534:65534" {
		t.Fatalf("the user of the image is %s: this test knows another", i.user)
	}
	c := asUser(t, someUser, command[0], command[1:]...)
	c.SysProcAttr.Chroot = i.root
	c.Env = []string{}
	return c
}

// test starts the image's program with arguments in which a free loopback port replaces `where`.
// The probe, if any, must then succeed. It runs a host at the address and stops the program.
func (i *image) test(t *testing.T, arguments []string, where string, probe []string, host func(address string)) {
	t.Helper()
	network, _, _ := strings.Cut(where, ":")
	command := append(i.entrypoint[:len(i.entrypoint):len(i.entrypoint)], arguments...)
	found := false
	for n, word := range command {
		if word == where {
			command[n], found = network+":127.0.0.1:0", true
		}
	}
	if !found {
		t.Fatalf("%q does not listen at %s", command, where)
	}
	c := i.run(t, command)
	address, end := begin(t, c)
	if probe != nil {
		if said, err := i.run(t, probe).CombinedOutput(); err != nil {
			t.Errorf("%q: %v: %s", probe, err, said)
		}
	}
	host(address)
	end()
	left, err := os.ReadDir(filepath.Join(i.root, "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("left in /tmp: %v, %v", left, err)
	}
}

// runHost runs the examples' host program at an address that begins with tcp:.
func runHost(t *testing.T, address string) {
	t.Helper()
	c := exec.Command("python3", "../examples/docker/host.py")
	c.Env = append(os.Environ(), "MODEM="+strings.TrimPrefix(address, "tcp:"))
	if out, err := c.CombinedOutput(); err != nil || string(out) != "+CSQ: 25,99\n" {
		t.Errorf("the host: %v: %q", err, out)
	}
}

// The image contains the program, which needs no other file, and a folder for the FTP server.
func TestDockerImage(t *testing.T) {
	t.Parallel()
	i := newImage(t)
	files, err := filepath.Glob(filepath.Join(i.root, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || filepath.Base(files[0]) != "modemsim" || filepath.Base(files[1]) != "tmp" {
		t.Errorf("the image holds %q", files)
	}
	program, err := elf.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, part := range program.Progs {
		if part.Type == elf.PT_INTERP {
			t.Error("the program is not static")
		}
	}
	t.Run("tcp", func(t *testing.T) {
		i.test(t, i.command, "tcp:0.0.0.0:7777", nil, func(address string) { runHost(t, address) })
	})
	t.Run("rfc2217", func(t *testing.T) {
		page, err := os.ReadFile("../docs/hookups.md")
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`(?m)^docker run --rm -p 127\.0\.0\.1:(\d+):(\d+) modemsim (--listen rfc2217:.*)$`).FindStringSubmatch(string(page))
		if m == nil || m[1] != m[2] {
			t.Fatalf("the page has no such container: %q", m)
		}
		i.test(t, strings.Fields(m[3]), "rfc2217:0.0.0.0:"+m[2], nil, func(address string) { askPyserial(t, address) })
	})
}

// askPyserial is a host that opens a URL.
func askPyserial(t *testing.T, url string) {
	t.Helper()
	const program = `import serial, sys
with serial.serial_for_url(sys.argv[1], timeout=10) as modem:
    modem.write(b"AT+CSQ\r")
    print(modem.read_until(b"OK\r\n"))`
	out, err := exec.Command("python3", "-c", program, url).CombinedOutput()
	if want := fmt.Sprintf("b%s\n", strings.ReplaceAll(strconv.Quote(signalAnswer), `"`, "'")); err != nil || string(out) != want {
		t.Errorf("pyserial: %v: %s, want %s", err, out, want)
	}
}

func TestDockerCompose(t *testing.T) {
	t.Parallel()
	var file struct {
		Services struct {
			Modem struct {
				Build       struct{ Context, Dockerfile string }
				Healthcheck struct{ Test []string }
			}
			Host struct {
				Environment struct{ MODEM string }
				DependsOn   struct {
					Modem struct{ Condition string }
				} `json:"depends_on"`
			}
		}
	}
	readYAML(t, "../examples/docker/compose.yaml", &file)
	modem, host := file.Services.Modem, file.Services.Host
	if _, err := os.Stat(filepath.Join("../examples/docker", modem.Build.Context, modem.Build.Dockerfile)); err != nil {
		t.Error(err)
	}
	if c := host.DependsOn.Modem.Condition; c != "service_healthy" {
		t.Errorf("the host waits for %q", c)
	}
	kind, probe := modem.Healthcheck.Test[0], modem.Healthcheck.Test[1:]
	if kind != "CMD" {
		t.Fatalf("the health check is %s: there is no shell in the image", kind)
	}
	name, port, _ := strings.Cut(host.Environment.MODEM, ":")
	if name != "modem" {
		t.Errorf("the host asks for %s; the service is modem", name)
	}
	i := newImage(t)
	i.test(t, i.command, "tcp:0.0.0.0:"+port, probe, func(address string) { runHost(t, address) })
}

func TestKubernetesPod(t *testing.T) {
	t.Parallel()
	type container struct {
		Args, Command []string
		RestartPolicy string
		Env           []struct{ Name, Value string }
		StartupProbe  struct{ Exec struct{ Command []string } }
	}
	var pod struct {
		Kind string
		Spec struct{ InitContainers, Containers []container }
	}
	readYAML(t, "../examples/docker/pod.yaml", &pod)
	if pod.Kind != "Pod" || len(pod.Spec.InitContainers) != 1 || len(pod.Spec.Containers) != 1 {
		t.Fatalf("not a pod of a modem and a host: %+v", pod)
	}
	modem, host := pod.Spec.InitContainers[0], pod.Spec.Containers[0]
	if modem.RestartPolicy != "Always" {
		t.Error("the modem is not a sidecar: the host would wait for its end")
	}
	if len(host.Env) != 1 || host.Env[0].Name != "MODEM" {
		t.Fatalf("the host's environment is %v", host.Env)
	}
	i := newImage(t)
	i.test(t, modem.Args, "tcp:"+host.Env[0].Value, modem.StartupProbe.Exec.Command, func(address string) { runHost(t, address) })
}
