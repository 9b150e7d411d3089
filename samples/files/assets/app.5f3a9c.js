document.body.append("hello from the application");
