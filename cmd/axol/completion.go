package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
	"github.com/posener/complete"
	"github.com/willabides/kongplete"

	"axol/bench"
	"axol/probes"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (*completionCmd) Help() string {
	return `Prints what makes a shell complete the names of commands, flags, their values, benchmarks and files.

Examples:
  source <(axol completion bash)                                   # in ~/.bashrc
  source <(axol completion zsh)                                    # in ~/.zshrc, behind compinit
  axol completion fish > ~/.config/fish/completions/axol.fish`
}

// completions are what shells are told: to ask axol itself, in the way bash does.
var completions = map[string]string{
	"bash": "complete -o default -C %[1]q axol\n",
	"zsh":  "autoload -U +X bashcompinit && bashcompinit\ncomplete -o default -C %[1]q axol\n",
	"fish": "complete -c axol -f -a '(env COMP_LINE=(commandline -cp) %[1]s)'\ncomplete -c axol -F\n",
}

func (c *completionCmd) Run() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = fmt.Printf(completions[c.Shell], self)
	return err
}

// completeLine answers a shell that wants a line completed, and then ends the program; otherwise it does nothing.
func completeLine(parser *kong.Kong) {
	kongplete.Complete(parser, kongplete.WithPredictors(map[string]complete.Predictor{
		"rules": complete.PredictSet(append(probes.Names(), "all")...),
		"file":  complete.PredictFiles("*"),
		"dir":   complete.PredictDirs("*"),
		"bench": complete.PredictFunc(func(complete.Args) (names []string) {
			for _, e := range bench.Catalogue(nil) {
				names = append(names, e.FullName())
			}
			return names
		}),
	}))
}
