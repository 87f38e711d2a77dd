//go:build unix

package main

import (
	"context"
	"fmt"
	"slices"
)

// tableHead are the first lines of the Markdown table of rows.
const tableHead = `| case | modemsim / reference (10th–90th percentile) | modemsim | reference | pairs |
|---|---|---|---|---|
`

// A row holds one figure of a case: for each pair, one value of each side.
type row struct {
	name             string
	show             func(float64) string
	modem, reference []float64
}

// A measure takes one sample of one side. It returns a figure for each row of the case.
type measure func() ([]float64, error)

// take fills rows with pairs of samples. The sides take turns in going first, and an extra first
// pair warms them up.
func take(ctx context.Context, pairs int, modem, reference measure, rows ...row) ([]row, error) {
	for i := range pairs + 1 {
		var m, r []float64
		sides := []func() error{
			func() (err error) { m, err = modem(); return err },
			func() (err error) { r, err = reference(); return err },
		}
		if i%2 == 1 {
			slices.Reverse(sides)
		}
		for _, side := range sides {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := side(); err != nil {
				return nil, fmt.Errorf("%s: %w", rows[0].name, err)
			}
		}
		if i == 0 {
			continue
		}
		for k := range rows {
			rows[k].modem = append(rows[k].modem, m[k])
			rows[k].reference = append(rows[k].reference, r[k])
		}
	}
	return rows, nil
}

// String returns the row in Markdown. The ratio is the median of the pairs' ratios, not the ratio
// of the medians.
func (r row) String() string {
	ratios := make([]float64, len(r.modem))
	for i := range ratios {
		ratios[i] = r.modem[i] / r.reference[i]
	}
	ratio := fmt.Sprintf("%.2f", quantile(ratios, 0.5))
	if len(ratios) > 1 {
		ratio += fmt.Sprintf(" (%.2f–%.2f)", quantile(ratios, 0.1), quantile(ratios, 0.9))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %d |", r.name, ratio, r.show(quantile(r.modem, 0.5)), r.show(quantile(r.reference, 0.5)), len(ratios))
}

// quantile returns the q-quantile of values, interpolated between two of them. There must be at
// least one value.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}
