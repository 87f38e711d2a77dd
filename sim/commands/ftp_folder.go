package commands

import (
	"context"

	"github.com/modemsim/modemsim/backend"
)

// ftpFolderGroup is the folder commands of the supplement, which prints their syntax but not their
// answers.
var ftpFolderGroup = Group{"FTP folders", []Row{
	{Name: "+AFTPCD", Forms: Set | Read | Test, Needs: needsLogin, Params: []Param{File("path")}, IP: Plain, Fidelity: Assumed, Source: "supplement", Do: changeFolder,
		Assumed: []Assumption{
			assumedNames,
			{What: "the folder is what the names of the commands lead to, not asked of the server"},
		},
		Doc: "change the folder on the server; the read form shows it, relative to the folder of the login until an absolute one was given"},
	{Name: "+AFTPMKD", Forms: Set | Test, Needs: needsLogin, Params: []Param{File("path")}, IP: Plain, Fidelity: Assumed, Source: "supplement",
		Do:  func(c *Call) error { return onPath(c, (*backend.Session).Mkdir) },
		Doc: "make a folder on the server"},
	{Name: "+AFTPRMD", Forms: Set | Test, Needs: needsLogin, Params: []Param{File("path")}, IP: Plain, Fidelity: Assumed, Source: "supplement",
		Do:  func(c *Call) error { return onPath(c, (*backend.Session).Rmdir) },
		Doc: "remove an empty folder on the server"},
	{Name: "+AFTPDELE", Forms: Set | Test, Needs: needsLogin, Params: []Param{File("path")}, IP: Plain, Fidelity: Assumed, Source: "supplement",
		Do:  func(c *Call) error { return onPath(c, (*backend.Session).Delete) },
		Doc: "delete a file on the server"},
}}

func changeFolder(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPCD", "%s", Quote(c.FTP.Folder))
		return nil
	}
	err := onPath(c, (*backend.Session).Chdir)
	if err == nil {
		c.FTP.Folder = c.FTP.at(c.Args.Text(0))
	}
	return err
}

// onPath runs a command that takes a path. It answers with the server's status and the path, like
// the documented commands (assumed).
func onPath(c *Call, do func(*backend.Session, context.Context, string) (backend.Reply, error)) error {
	path := c.Args.Text(0)
	reply, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
		return do(s, ctx, path)
	})
	if err != nil {
		return err
	}
	c.status(reply, "")
	c.Answer(c.Row.Name, "%s", Quote(path))
	return nil
}
