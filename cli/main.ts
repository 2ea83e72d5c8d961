#!/usr/bin/env node
import './compile-cache';
import { runProcess } from './own-process';

void runProcess(process.argv.slice(2));
