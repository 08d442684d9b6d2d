package main

import (
	"bytes"
	"encoding/json"
	"slices"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// deployed gives the images of all objects that kubectl finds in the file: it reads them one after the other
// (FileVisitor and StreamVisitor of k8s.io/cli-runtime), and takes what it read before an error.
func deployed(file []byte) (images []string) {
	// go-yaml panics at some texts. kubectl ends with it, before anything is deployed.
	defer func() {
		if recover() != nil {
			images = nil
		}
	}()
	text := transform.NewReader(bytes.NewReader(file), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(text, 4096)
	for {
		extension := runtime.RawExtension{}
		if decoder.Decode(&extension) != nil {
			return images
		}
		raw := bytes.TrimSpace(extension.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		object, _, err := unstructured.UnstructuredJSONScheme.Decode(raw, nil, nil)
		if err != nil {
			continue
		}
		switch object := object.(type) {
		case *unstructured.UnstructuredList:
			for _, item := range object.Items {
				images = append(images, ofObject(item.Object)...)
			}
		case *unstructured.Unstructured:
			images = append(images, ofObject(object.Object)...)
		}
	}
}

// A kind with a pod spec.
type workload struct {
	versions []string
	spec     []string
}

var workloads = map[string]workload{
	// Without a version kubectl asks the cluster for that of a kind of the core group.
	"Pod":        {[]string{"v1", ""}, []string{"spec"}},
	"Deployment": {[]string{"apps/v1"}, []string{"spec", "template", "spec"}},
	"DaemonSet":  {[]string{"apps/v1"}, []string{"spec", "template", "spec"}},
	"Job":        {[]string{"batch/v1"}, []string{"spec", "template", "spec"}},
	"CronJob":    {[]string{"batch/v1"}, []string{"spec", "jobTemplate", "spec", "template", "spec"}},
}

type container struct {
	Name  string `json:"name"`
	Image string `json:"image"`
}

// ofObject gives the images of an object that the API server takes.
func ofObject(object map[string]any) []string {
	kind, _ := object["kind"].(string)
	version, _ := object["apiVersion"].(string)
	metadata, _ := object["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	workload, found := workloads[kind]
	if !found || name == "" || !slices.Contains(workload.versions, version) {
		return nil
	}
	spec, found, err := unstructured.NestedMap(object, workload.spec...)
	if !found || err != nil {
		return nil
	}
	var images []string
	for _, list := range []string{"initContainers", "containers"} {
		raw, err := json.Marshal(spec[list])
		if err != nil {
			return nil
		}
		var containers []container
		if json.Unmarshal(raw, &containers) != nil {
			return nil
		}
		for _, container := range containers {
			if container.Name == "" || container.Image == "" {
				return nil
			}
			images = append(images, container.Image)
		}
	}
	return images
}
