// Stands for optional native modules in the bundles: whoever asks for one is told that there is none.
throw new Error('This module is not part of the package.');
