// The page calls what is in Page.cs; by itself the program does nothing.
return;
