// Writes manifests that Kubernetes deploys although they hide what they are, for judge.rs to read.
//
// Each is made from one of the documents in seeds.go by a few changes (mutate.go) that follow from -seed and
// its number alone, and is decoded as kubectl decodes a file (kubectl.go). What deploys no image is dropped.
//
// A record is the length of the file in four bytes, the file, the number of its images in two bytes, and for
// each of them its length in two bytes and the image; all numbers are little-endian.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
)

// Mutants that one worker makes before it hands them over: the output does not depend on the number of
// workers.
const batch = 2000

func main() {
	seed := flag.Uint64("seed", 1, "what the mutants follow from")
	count := flag.Int("count", 1_000_000, "how many mutants are made")
	workers := flag.Int("workers", runtime.NumCPU(), "how many are made at the same time")
	flag.Parse()

	batches := (*count + batch - 1) / batch
	results := make([]chan []byte, batches)
	for i := range results {
		results[i] = make(chan []byte, 1)
	}
	next := make(chan int)
	ahead := make(chan struct{}, 4**workers)
	var running sync.WaitGroup
	for range *workers {
		running.Go(func() {
			for number := range next {
				results[number] <- makeBatch(*seed, number, min(batch, *count-number*batch))
			}
		})
	}
	go func() {
		for number := range batches {
			ahead <- struct{}{}
			next <- number
		}
		close(next)
	}()
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for number := range batches {
		if _, err := out.Write(<-results[number]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		<-ahead
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	running.Wait()
}

func makeBatch(seed uint64, number, count int) []byte {
	random := rand.New(rand.NewPCG(seed, uint64(number)))
	var records []byte
	for range count {
		file := mutant(random)
		images := deployed(file)
		if len(images) == 0 {
			continue
		}
		records = binary.LittleEndian.AppendUint32(records, uint32(len(file)))
		records = append(records, file...)
		records = binary.LittleEndian.AppendUint16(records, uint16(len(images)))
		for _, image := range images {
			records = binary.LittleEndian.AppendUint16(records, uint16(len(image)))
			records = append(records, image...)
		}
	}
	return records
}
