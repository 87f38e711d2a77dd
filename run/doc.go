// Package run starts modems, runs a host program against them, and says how that went.
//
// [Exec] does all of it: a [Config] says what modems there are and which scenario they
// run, a [Program] what to run, and the [Outcome] holds the verdict of each modem, the end of
// its transcript, and how the program ended:
//
//	scenario, err := run.LoadScenario("ftp-cut-and-resume")
//	...
//	outcome, err := run.Exec(ctx,
//		run.Config{Scenarios: []run.Scenario{scenario}},
//		run.Program{Args: []string{"./host", "--port", "{tty}"}, Timeout: time.Minute})
//	if err == nil && outcome.Failed() {
//		fmt.Println(outcome)
//	}
//
// An error of Exec says that the program could not be run; what the program did wrong is in the
// outcome. Package report writes outcomes as text and JUnit XML.
//
// [Start] is the first half of it: it returns the [Fleet], whose modems have a path each that host
// programs open. [Fleet.Exec] runs a program with them, [Fleet.Wait] waits for programs that others
// run, [Fleet.Finish] judges, and [Fleet.Close] ends the modems without a verdict. To test Go code
// against one modem, use sim.RunT instead.
//
// Any number of fleets and programs may run in one process at once. The package has no state of its
// own, writes to no stream that it was not given, and handles no signals. Two things belong to the
// whole process and are therefore the caller's choice: the foreground of its terminal
// ([Program.Terminal]), and whether it adopts what programs leave running ([AdoptOrphans]).
package run
